package io.nodebridge.bench.cli;

import io.avaje.jsonb.Json;
import io.nodebridge.bench.benchmark.Benchmark;
import io.nodebridge.bench.benchmark.Catalogue;
import io.nodebridge.events.message.JsonCodec;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Shows what can be run.
@Command(name = "list", description = "Shows all benchmarks.")
final class ListCommand implements Callable<Integer> {
  private static final JsonCodec<Listed> LISTED = JsonCodec.of(Listed.class);
  private static final String ROW = "%-44s %-24s %-14s %-6s %-9s %s%n";

  @Mixin private Output output = new Output();

  /// One line.
  ///
  /// @param profile the least that runs it
  @Json
  record Listed(
      String name,
      String group,
      String category,
      String size,
      String profile,
      boolean slow,
      List<String> alsoCalled) {

    Listed {
      alsoCalled = List.copyOf(alsoCalled);
    }

    private static Listed of(Benchmark benchmark) {
      Benchmark.Spec spec = benchmark.spec();
      return new Listed(
          spec.name(),
          spec.group(),
          spec.category(),
          spec.batch() ? "batch" : "small",
          benchmark.from().word(),
          benchmark.slow(),
          benchmark.alsoCalled());
    }
  }

  @Override
  public Integer call() {
    List<Listed> all = Catalogue.benchmarks().stream().map(Listed::of).toList();
    if (output.json()) {
      output.print(LISTED.encodeList(all));
      return 0;
    }
    System.out.printf(ROW, "benchmark", "group", "category", "size", "profile", "");
    for (Listed one : all) {
      System.out.printf(
          ROW,
          one.name(),
          one.group(),
          one.category(),
          one.size(),
          one.profile(),
          one.slow() ? "slow" : "");
    }
    return 0;
  }
}
