package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Distribution;
import io.nodebridge.bench.measure.Hops.Hop;
import io.nodebridge.bench.measure.Interval;
import io.nodebridge.bench.measure.Series;
import io.nodebridge.bench.measure.Stats;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs for tests.
public final class Runs {
  public static final Results.Machine MACHINE =
      new Results.Machine("EPYC", 2, "25000000 kB", "jdk", "os");

  public static final String MEASURING = "rounds 5, min-rounds 1, calibrate true";

  private Runs() {}

  public static Results.Machine machine(String everything) {
    return new Results.Machine(everything, 2, everything, everything, everything);
  }

  public static Results of(Results.Benchmark... benchmarks) {
    return of(MACHINE, "embedded", "quick", "0123456789abcdef", benchmarks);
  }

  public static Results of(
      Results.Machine machine,
      @Nullable String provider,
      String profile,
      @Nullable String commit,
      Results.Benchmark... benchmarks) {
    Verdict verdict =
        List.of(benchmarks).stream()
            .map(Results.Benchmark::verdict)
            .reduce(Verdict.PASS, Verdict::and);
    return new Results(
        Results.SCHEMA,
        provider,
        profile,
        MEASURING,
        machine,
        Map.of(),
        commit,
        verdict,
        List.of(benchmarks));
  }

  /// The same run on such a machine.
  public static Results withHealth(Results run, Map<String, Double> health) {
    return new Results(
        run.schema(),
        run.provider(),
        run.profile(),
        run.measuring(),
        run.machine(),
        health,
        run.commit(),
        run.verdict(),
        run.benchmarks());
  }

  /// One that passed.
  public static Results.Benchmark benchmark(String name, double... samplesMs) {
    return benchmark(name, Verdict.PASS, samplesMs);
  }

  public static Results.Benchmark benchmark(String name, Verdict verdict, double... samplesMs) {
    return benchmark(name, verdict, samplesMs, Map.of());
  }

  /// One with side figures.
  public static Results.Benchmark withExtra(String name, Map<String, Double> extra) {
    return benchmark(name, Verdict.PASS, new double[] {1, 2, 3}, extra);
  }

  private static Results.Benchmark benchmark(
      String name, Verdict verdict, double[] samplesMs, Map<String, Double> extra) {
    return new Results.Benchmark(
        name,
        "Group",
        "category",
        "small",
        "command",
        "ms",
        samplesMs.length,
        samplesMs.length,
        1,
        1,
        true,
        verdict,
        Stats.of(samplesMs),
        "A",
        null,
        List.of(),
        Interval.of(samplesMs),
        List.of(),
        List.of(),
        List.of(),
        Distribution.encode(samplesMs),
        null,
        extra);
  }

  /// One whose result was wrong, by this check: it has no figures.
  public static Results.Benchmark wrong(String name, Check check) {
    return new Results.Benchmark(
        name,
        "Group",
        "end_to_end",
        "small",
        "mvn -pl e2e-bench verify -Dbench.only=" + name,
        "ms",
        1,
        1,
        1,
        1,
        false,
        Verdict.FAIL,
        null,
        null,
        null,
        List.of(),
        Map.of(),
        List.of(check),
        List.of(),
        List.of(),
        null,
        null,
        Map.of());
  }

  /// One with all that the report can show, and figures that were held against limits.
  public static Results.Benchmark judged(
      String name,
      Verdict verdict,
      double[] samplesMs,
      List<Check> checks,
      List<Results.Threshold> limits) {
    return new Results.Benchmark(
        name,
        "Group",
        "end_to_end",
        "small",
        "mvn -pl e2e-bench verify -Dbench.only=" + name,
        "ms",
        samplesMs.length,
        1,
        1,
        1,
        true,
        verdict,
        Stats.of(samplesMs),
        "C",
        new Results.Floor(1, 2, 3, 4),
        List.of(new Hop("there", 1, 2, 3, 4), new Hop("back", 2, 3, 4, 5)),
        Interval.of(samplesMs),
        checks,
        limits,
        List.of(
            Series.service(samplesMs),
            Series.timeline(new long[samplesMs.length], samplesMs),
            Series.heap("node", new double[] {10, 10.1, 10.2}),
            new Series(Series.RECEIVED, "rows", List.of(List.of(1.0, 0.0), List.of(2.0, 9.0)))),
        Distribution.encode(samplesMs),
        null,
        Map.of("sideFigure", 42.0));
  }

  public static Results.Threshold limit(String metric, double limit, double actual) {
    boolean least = metric.startsWith("min_");
    boolean held = least ? actual >= limit : actual <= limit;
    return new Results.Threshold(
        metric, least ? ">=" : "<=", limit, actual, held ? Verdict.PASS : Verdict.FAIL);
  }
}
