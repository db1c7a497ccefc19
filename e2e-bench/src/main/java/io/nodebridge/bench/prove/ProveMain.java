package io.nodebridge.bench.prove;

import io.nodebridge.bench.prove.Outcomes.Outcome;
import io.nodebridge.bench.report.Verdict;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Holds the results of a run on a broken product against what the breaks promise, and prints a row
/// for each benchmark. Started by `./bench prove`: `results.json patch…`; exit 1 unless all are
/// red.
public final class ProveMain {
  private static final JsonCodec<Outcomes> RESULTS = JsonCodec.of(Outcomes.class);
  private static final int WIDTH = 90;

  private ProveMain() {}

  public static void main(String[] args) throws IOException {
    Outcomes results = RESULTS.decode(Files.readAllBytes(Path.of(args[0])));
    boolean allRed = true;
    for (String patch : Arrays.copyOfRange(args, 1, args.length)) {
      Break broken = Break.read(Path.of(patch));
      for (Break.Red expected : broken.reds()) {
        Optional<String> red = redOf(results, expected);
        allRed &= red.isPresent();
        System.out.println(row(broken, expected, red));
      }
    }
    System.exit(allRed ? 0 : 1);
  }

  /// What turned red as expected; empty if that did not. A benchmark that could not be measured is
  /// not red.
  static Optional<String> redOf(Outcomes results, Break.Red expected) {
    return results.benchmarks().stream()
        .filter(benchmark -> benchmark.name().equals(expected.benchmark()))
        .filter(benchmark -> benchmark.verdict() == Verdict.FAIL)
        .flatMap(ProveMain::reds)
        .filter(red -> red.startsWith(expected.check()))
        .findFirst();
  }

  private static Stream<String> reds(Outcome benchmark) {
    return Stream.concat(
        benchmark.checks().stream()
            .filter(check -> !check.ok())
            .map(c -> c.name() + ": expected " + c.expected() + ", was " + c.actual()),
        benchmark.thresholds().stream()
            .filter(threshold -> threshold.verdict() == Verdict.FAIL)
            .map(
                t ->
                    String.format(
                        Locale.ROOT,
                        "%s: must be %s %s, was %.4g",
                        t.metric(),
                        t.op(),
                        t.limit(),
                        t.actual())));
  }

  private static String row(Break broken, Break.Red expected, Optional<String> red) {
    String seen = red.orElse("NOT RED: " + expected.check());
    return "%-38s | %-28s | %s"
        .formatted(
            expected.benchmark(),
            broken.name(),
            seen.length() > WIDTH ? seen.substring(0, WIDTH) + "…" : seen);
  }
}
