package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Distribution;
import io.nodebridge.bench.measure.Interval;
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

  /// One that passed.
  public static Results.Benchmark benchmark(String name, double... samplesMs) {
    return benchmark(name, Verdict.PASS, samplesMs);
  }

  public static Results.Benchmark benchmark(String name, Verdict verdict, double... samplesMs) {
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
        Map.of());
  }
}
