package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.benchmark.Benchmark.Measured;
import io.nodebridge.bench.benchmark.Benchmark.Spec;
import io.nodebridge.bench.health.Health;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Distribution;
import io.nodebridge.bench.measure.Interval;
import io.nodebridge.bench.measure.Stats;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Threshold;
import io.nodebridge.bench.report.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.statistics.descriptive.Median;
import org.jspecify.annotations.Nullable;

/// Turns what was measured into an outcome: a wrong result is FAIL whatever the machine did; a
/// figure of a disturbed machine is BUSY; the rest is held against its limits, and one over its
/// limit is BUSY too if the machine was so slow that it says nothing of us.
final class Judge {
  private static final double STEADY = 0.10;

  private final Thresholds thresholds;
  private final String profile;
  private final boolean busy;
  private final String addresses;

  /// @param busy whether a figure of a disturbed machine is BUSY, not judged
  /// @param addresses what a command needs besides, to ask the same stack
  Judge(Thresholds thresholds, String profile, boolean busy, String addresses) {
    this.addresses = addresses;
    this.thresholds = thresholds;
    this.profile = profile;
    this.busy = busy;
  }

  /// @param provider null if no stack was needed
  Results.Benchmark judge(Spec spec, Measured measured, Health health, @Nullable String provider) {
    List<Check> checks = new ArrayList<>(measured.checks());
    checks.add(Check.atLeast("samples", 1, measured.samplesMs().length));
    if (!checks.stream().allMatch(Check::ok)) {
      return entry(spec, measured, checks, Verdict.FAIL, null, List.of(), provider);
    }
    Stats stats = Stats.of(measured.samplesMs());
    List<Threshold> judged = thresholds.judge(spec.thresholdKey(), stats, measured.extra());
    Verdict verdict = judged.stream().map(Threshold::verdict).reduce(Verdict.PASS, Verdict::and);
    List<Check> disturbed = new ArrayList<>();
    if (busy) {
      disturbed.addAll(health.tooMuch());
      if (verdict.fails()) {
        disturbed.addAll(health.excuses());
        thresholds.slowFloor(spec.thresholdKey(), measured.floorMs()).ifPresent(disturbed::add);
      }
    }
    if (!disturbed.isEmpty()) {
      return entry(spec, measured, checks, verdict, stats, judged, provider).busy(disturbed);
    }
    return entry(spec, measured, checks, verdict, stats, judged, provider);
  }

  /// The same once the whole run is known: what was within its limits on a machine below its own
  /// pace is no figure of us.
  Results.Benchmark inRun(Results.Benchmark outcome, Health slowdown) {
    List<Check> slow = slowdown.excuses();
    boolean stands =
        outcome.stats() == null
            || outcome.verdict() == Verdict.BUSY
            || outcome.thresholds().stream().anyMatch(limit -> limit.verdict() == Verdict.FAIL);
    return !busy || slow.isEmpty() || stands ? outcome : outcome.busy(slow);
  }

  /// The outcome of what could not be measured.
  Results.Benchmark error(Spec spec, Check failed, @Nullable String provider) {
    Measured nothing =
        new Measured(new double[0], 0, 0, List.of(), new double[0], List.of(), Map.of());
    return entry(spec, nothing, List.of(failed), Verdict.ERROR, null, List.of(), provider);
  }

  /// Two boots on two sides of a limit: nobody can tell.
  static Results.Benchmark straddling(Results.Benchmark over, Results.Benchmark within) {
    Stream<Threshold> limits =
        within.thresholds().stream()
            .map(
                limit ->
                    over.thresholds().stream()
                            .filter(first -> first.metric().equals(limit.metric()))
                            .anyMatch(first -> first.verdict() == Verdict.FAIL)
                        ? limit.with(Verdict.UNSURE)
                        : limit);
    return within.with(Verdict.UNSURE, limits.toList());
  }

  // Without statistics nothing that was timed is shown: a wrong result has no latency.
  private Results.Benchmark entry(
      Spec spec,
      Measured measured,
      List<Check> checks,
      Verdict verdict,
      @Nullable Stats stats,
      List<Threshold> thresholds,
      @Nullable String provider) {
    boolean valid = stats != null;
    double[] samples = measured.samplesMs();
    double[] floor = measured.floorMs();
    return new Results.Benchmark(
        spec.name(),
        spec.group(),
        spec.category(),
        spec.batch() ? "batch" : "small",
        "mvn -pl e2e-bench verify -Dbench.only=%s -Dbench.profile=%s -Dstack=%s%s"
            .formatted(
                spec.name(),
                profile,
                provider == null ? "auto" : provider,
                "external".equals(provider) ? addresses : ""),
        "ms",
        samples.length,
        samples.length,
        measured.iterations(),
        measured.forks(),
        valid && steady(samples),
        verdict,
        stats,
        stats == null ? null : grade(stats.median(), spec.batch()),
        stats == null || floor.length == 0 ? null : floor(Stats.of(floor), stats),
        valid ? measured.hops() : List.of(),
        valid ? Interval.of(samples) : Map.of(),
        checks,
        thresholds,
        valid ? measured.series() : List.of(),
        valid ? Distribution.encode(samples) : null,
        null,
        valid ? measured.extra() : Map.of());
  }

  private static Results.Floor floor(Stats floor, Stats stats) {
    return new Results.Floor(
        floor.median(), floor.p95(), floor.p99(), stats.median() / floor.median());
  }

  /// A below 1 ms (batches: 100), B below 2 ms (200), C from there on.
  static String grade(double medianMs, boolean batch) {
    double unit = batch ? 100 : 1;
    return medianMs < unit ? "A" : medianMs < 2 * unit ? "B" : "C";
  }

  // The second half of the samples is as fast as the first.
  private static boolean steady(double[] samples) {
    int half = samples.length / 2;
    if (half == 0) {
      return false;
    }
    double first = Median.withDefaults().evaluate(Arrays.copyOfRange(samples, 0, half));
    double second =
        Median.withDefaults().evaluate(Arrays.copyOfRange(samples, half, samples.length));
    return Math.abs(second - first) <= STEADY * first;
  }
}
