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
/// seen.
public final class ProveMain {
  private static final JsonCodec<Outcomes> RESULTS = JsonCodec.of(Outcomes.class);
  private static final int WIDTH = 120;

  private ProveMain() {}

  public static void main(String[] args) throws IOException {
    Outcomes results = RESULTS.decode(Files.readAllBytes(Path.of(args[0])));
    boolean allSeen = true;
    for (String patch : Arrays.copyOfRange(args, 1, args.length)) {
      Break broken = Break.read(Path.of(patch));
      for (Break.Place place : broken.reds()) {
        allSeen &= seen(broken, place, redOf(results, place), "NOT RED");
      }
      for (Break.Place place : broken.found()) {
        allSeen &= seen(broken, place, foundBy(results, place), "NOT FOUND");
      }
    }
    System.exit(allSeen ? 0 : 1);
  }

  /// What turned red as expected; empty if that did not. A benchmark that could not be measured is
  /// not red.
  static Optional<String> redOf(Outcomes results, Break.Place expected) {
    return results.benchmarks().stream()
        .filter(benchmark -> benchmark.name().equals(expected.benchmark()))
        .filter(benchmark -> benchmark.verdict() == Verdict.FAIL)
        .flatMap(ProveMain::reds)
        .filter(red -> red.startsWith(expected.check()))
        .findFirst();
  }

  /// What the check says that holds only because the break was found; empty if it does not hold.
  static Optional<String> foundBy(Outcomes results, Break.Place expected) {
    return results.benchmarks().stream()
        .filter(benchmark -> benchmark.name().equals(expected.benchmark()))
        .flatMap(benchmark -> benchmark.checks().stream())
        .filter(check -> check.ok() && check.name().startsWith(expected.check()))
        .map(check -> check.name() + ": " + check.actual())
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

  private static boolean seen(
      Break broken, Break.Place expected, Optional<String> how, String otherwise) {
    String told = how.orElse(otherwise + ": " + expected.check());
    System.out.println(
        "%-38s | %-28s | %s"
            .formatted(
                expected.benchmark(),
                broken.name(),
                told.length() > WIDTH ? told.substring(0, WIDTH) + "…" : told));
    return how.isPresent();
  }
}
