package io.nodebridge.bench.cli;

import io.nodebridge.bench.compare.Baseline;
import io.nodebridge.bench.compare.Baselines;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.options.Options;
import io.nodebridge.bench.report.Layout;
import io.nodebridge.bench.report.Report;
import io.nodebridge.bench.report.Table;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The runs that are kept to compare with.
@Command(
    name = "baseline",
    synopsisSubcommandLabel = "COMMAND",
    description = "Keeps figures by name, with commit, machine, provider and profile.")
final class BaselineCommand {
  private static final JsonCodec<Baseline> CODEC = JsonCodec.of(Baseline.class);

  private final Places places;

  BaselineCommand(Places places) {
    this.places = places;
  }

  @Command(description = "Saves what passed in the last run; one of that name is replaced.")
  int save(@Parameters(paramLabel = "NAME") String name) throws IOException {
    Baseline saved = baselines().save(name, Report.read(places.results().resolve(Report.FILE)));
    System.out.println(saved.title() + ": " + saved.results().benchmarks().size() + " benchmarks");
    return 0;
  }

  @Command(description = "Lists all, the runs kept last behind.")
  int list() throws IOException {
    for (String name : baselines().names()) {
      System.out.println(oneLine(name));
    }
    return 0;
  }

  // One that is damaged must not hide the others.
  private String oneLine(String name) throws IOException {
    try {
      Baseline baseline = baselines().load(name);
      return "%s: %s, %s, %s, %d benchmarks"
          .formatted(
              baseline.title(),
              baseline.results().machine().fingerprint(),
              baseline.results().provider() == null ? "no stack" : baseline.results().provider(),
              baseline.results().profile(),
              baseline.results().benchmarks().size());
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Command(description = "Shows one.")
  int show(@Parameters(paramLabel = "NAME") String name, @Mixin Output output) throws IOException {
    Baseline baseline = baselines().load(name);
    if (output.json()) {
      output.print(CODEC.encode(baseline));
    } else {
      System.out.println(baseline.title());
      System.out.print(Table.of(baseline.results(), Layout.of(options(Map.of()))));
    }
    return 0;
  }

  @Command(description = "Deletes one.")
  int delete(@Parameters(paramLabel = "NAME") String name) throws IOException {
    baselines().delete(name);
    return 0;
  }

  private Options options(Map<Option, String> given) throws IOException {
    return Options.read(places.root().resolve("e2e-bench/bench.yaml"), given);
  }

  private Baselines baselines() throws IOException {
    return new Baselines(
        places.root().resolve(options(Map.of()).text(Option.STORAGE)), Clock.systemUTC());
  }
}
