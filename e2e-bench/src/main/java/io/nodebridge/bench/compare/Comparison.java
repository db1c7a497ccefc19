package io.nodebridge.bench.compare;

import io.nodebridge.bench.health.Disturbance;
import io.nodebridge.bench.health.Pace;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Interval;
import io.nodebridge.bench.measure.Stats;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Compare;
import io.nodebridge.bench.report.Results.Ratio;
import io.nodebridge.bench.report.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Holds benchmarks against a baseline, statistic by statistic, and says beside each what chance
/// alone does to it: the same code, run twice, breaks such limits often, and no test of
/// significance on saved figures mends that, because boots differ by more than the samples of one
/// tell.
public final class Comparison {
  private static final List<String> STATISTICS =
      List.of("min", "median", "mean", "p95", "p99", "max");

  private final Baseline baseline;
  private final GrowthLimits limits;
  private final History history;

  public Comparison(Baseline baseline, GrowthLimits limits, History history) {
    this.baseline = baseline;
    this.limits = limits;
    this.history = history;
  }

  public Baseline baseline() {
    return baseline;
  }

  /// Why ratios to the baseline would not be of the code alone: the machine had another pace. Empty
  /// if it had not, or one of both does not tell.
  ///
  /// @param health of the run, as its results have it
  public Optional<Check> otherPace(Map<String, Double> health) {
    Pace before = Pace.of(baseline.results().health());
    Pace now = Pace.of(health);
    if (before == null || now == null) {
      return Optional.empty();
    }
    double slower = now.slowdownPercent(before);
    double faster = before.slowdownPercent(now);
    double limit = Disturbance.SLOWDOWN.limit();
    return Math.max(slower, faster) <= limit
        ? Optional.empty()
        : Optional.of(
            new Check(
                "machine at the pace of " + baseline.name(),
                String.format(Locale.ROOT, "within %.0f %%", limit),
                String.format(
                    Locale.ROOT,
                    "%.0f %% slower %s",
                    Math.max(slower, faster),
                    slower > faster ? "now" : "then"),
                false));
  }

  /// The same benchmark, with its comparison; UNSURE, and not compared, if the machine has another
  /// pace than it had.
  ///
  /// @param health of the run so far
  public Results.Benchmark of(Results.Benchmark now, Map<String, Double> health) {
    Optional<Check> otherPace = otherPace(health);
    return otherPace.isPresent() && comparable(now) ? now.unsure(otherPace.get()) : of(now);
  }

  /// The same benchmark, with its comparison; as it is if it has no figure that can be compared.
  public Results.Benchmark of(Results.Benchmark now) {
    return comparable(now) ? now.with(compare(now)) : now;
  }

  private static boolean comparable(Results.Benchmark now) {
    return now.stats() != null && now.verdict() == Verdict.PASS;
  }

  private Compare compare(Results.Benchmark now) {
    Optional<Results.Benchmark> base = baseline.find(now.name());
    if (base.isEmpty()) {
      return new Compare(baseline.name(), Verdict.UNSURE, List.of(), null);
    }
    List<Ratio> ratios =
        STATISTICS.stream()
            .filter(name -> name.equals("median") || limits.ratios().containsKey(name))
            .flatMap(name -> ratio(name, base.get(), now))
            .toList();
    Verdict verdict = ratios.stream().map(Ratio::verdict).reduce(Verdict.PASS, Verdict::and);
    return new Compare(baseline.name(), verdict, ratios, base.get().histogram());
  }

  private Stream<Ratio> ratio(String name, Results.Benchmark base, Results.Benchmark now) {
    Stats before = base.stats();
    Stats after = now.stats();
    if (before == null || after == null) {
      return Stream.empty();
    }
    double old = before.figure(name);
    double actual = after.figure(name);
    double ratio = actual / old;
    Double limit = limits.ratios().get(name);
    return Stream.of(
        new Ratio(
            name,
            old,
            actual,
            ratio,
            interval(name, base, old, now, actual),
            limit,
            limit != null && ratio > limit ? Verdict.FAIL : Verdict.PASS,
            history.noise(baseline.results(), now.name(), name, limit)));
  }

  private static @Nullable Interval interval(
      String name, Results.Benchmark base, double old, Results.Benchmark now, double actual) {
    Interval before = base.intervals().get(name);
    Interval after = now.intervals().get(name);
    return before == null || after == null || before.low() <= 0 || after.low() <= 0
        ? null
        : after.ratio(actual, before, old);
  }
}
