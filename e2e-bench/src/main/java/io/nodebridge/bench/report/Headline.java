package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.report.Results.Benchmark;
import io.nodebridge.bench.report.Results.Compare;
import io.nodebridge.bench.report.Results.Ratio;
import io.nodebridge.bench.report.Results.Threshold;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What a run says in one sentence: what failed, and by how much; where nothing did, what came
/// nearest to its limit.
public final class Headline {
  private static final int NAMED = 3;
  private static final double PERCENT = 100;

  private Headline() {}

  /// The sentence of a run.
  public static String of(Results results) {
    List<Benchmark> all = results.benchmarks();
    if (all.isEmpty()) {
      return "Nothing was measured.";
    }
    if (results.verdict() == Verdict.PASS) {
      return (all.size() == 1 ? "It passed." : "All " + all.size() + " passed.") + nearest(all);
    }
    List<Benchmark> worst = all.stream().filter(b -> b.verdict() == results.verdict()).toList();
    String reasons =
        worst.stream()
            .limit(NAMED)
            .map(b -> b.name() + ": " + reason(b))
            .collect(Collectors.joining("; "));
    String more = worst.size() > NAMED ? "; and " + (worst.size() - NAMED) + " more" : "";
    String counts = worst.size() + " of " + all.size() + " ";
    return counts + became(results.verdict()) + ". " + reasons + more + ".";
  }

  private static String became(Verdict verdict) {
    return switch (verdict) {
      case ERROR -> "could not be measured";
      case FAIL -> "failed";
      case BUSY -> "could not be judged, because the machine was too busy";
      case UNSURE -> "could not be judged";
      case PASS -> "passed";
    };
  }

  /// Why a benchmark is not PASS.
  public static String reason(Benchmark benchmark) {
    Optional<Check> failed = benchmark.checks().stream().filter(check -> !check.ok()).findFirst();
    if (failed.isPresent()) {
      return failed.get().sentence();
    }
    if (benchmark.verdict() == Verdict.UNSURE && benchmark.compare() == null) {
      return limits(benchmark) + " within its limit on one boot, over it on another";
    }
    Optional<Threshold> over = leastRoom(benchmark, t -> t.verdict() != Verdict.PASS);
    if (over.isPresent()) {
      Threshold limit = over.get();
      return "%s, must be %s (× %s)"
          .formatted(actual(limit), allowed(limit), Figures.three(limit.actual() / limit.limit()));
    }
    Compare compare = benchmark.compare();
    return compare == null ? benchmark.verdict().sentence() : reason(compare);
  }

  /// A limit's figure for reading: `p95 is 512 ms`.
  public static String actual(Threshold limit) {
    return Figures.metric(limit.metric()) + " is " + Figures.of(limit.metric(), limit.actual());
  }

  /// What it may be: `at most 400 ms`.
  public static String allowed(Threshold limit) {
    return (limit.op().equals(">=") ? "at least " : "at most ")
        + Figures.of(limit.metric(), limit.limit());
  }

  private static String limits(Benchmark benchmark) {
    return benchmark.thresholds().stream()
        .filter(threshold -> threshold.verdict() == Verdict.UNSURE)
        .map(threshold -> Figures.metric(threshold.metric()))
        .collect(Collectors.joining(", "));
  }

  private static String reason(Compare compare) {
    return compare.ratios().stream()
        .filter(ratio -> ratio.verdict() != Verdict.PASS)
        .max(Comparator.comparingDouble(Ratio::ratio))
        .map(
            ratio ->
                "%s is × %s of %s"
                    .formatted(ratio.metric(), Figures.three(ratio.ratio()), compare.baseline()))
        .orElse(compare.baseline() + " does not have it");
  }

  private static String nearest(List<Benchmark> all) {
    return all.stream()
        .filter(b -> !b.thresholds().isEmpty())
        .max(Comparator.comparingDouble(b -> load(binding(b).orElseThrow())))
        .map(
            b -> {
              Threshold limit = binding(b).orElseThrow();
              return " Nearest to its limit: %s, %s, %s allowed."
                  .formatted(b.name(), actual(limit), allowed(limit));
            })
        .orElse("");
  }

  /// The limit that leaves the least room: one that did not hold, else one of a duration if there
  /// is any, because a rate of success has none by its nature.
  public static Optional<Threshold> binding(Benchmark benchmark) {
    return leastRoom(benchmark, t -> t.verdict() != Verdict.PASS || Figures.isDuration(t.metric()))
        .or(() -> leastRoom(benchmark, _ -> true));
  }

  private static Optional<Threshold> leastRoom(Benchmark benchmark, Predicate<Threshold> among) {
    return benchmark.thresholds().stream()
        .filter(among)
        .max(Comparator.comparingDouble(Headline::load));
  }

  /// How much of a limit is used, 1 being all.
  private static double load(Threshold threshold) {
    return threshold.op().equals(">=")
        ? threshold.limit() / threshold.actual()
        : threshold.actual() / threshold.limit();
  }

  /// The same for reading, in percent.
  public static String used(Threshold threshold) {
    long percent = Math.round(PERCENT * load(threshold));
    return percent == 0 ? "below 1 %" : percent + " %";
  }
}
