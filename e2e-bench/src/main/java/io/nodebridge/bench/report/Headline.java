package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.report.Results.Benchmark;
import io.nodebridge.bench.report.Results.Compare;
import io.nodebridge.bench.report.Results.Ratio;
import io.nodebridge.bench.report.Results.Threshold;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
      return "All %d passed.%s".formatted(all.size(), nearest(all));
    }
    List<Benchmark> worst = all.stream().filter(b -> b.verdict() == results.verdict()).toList();
    String reasons =
        worst.stream()
            .limit(NAMED)
            .map(b -> b.name() + ": " + reason(b))
            .collect(Collectors.joining("; "));
    String more = worst.size() > NAMED ? "; and %d more".formatted(worst.size() - NAMED) : "";
    return "%d of %d %s. %s%s."
        .formatted(worst.size(), all.size(), became(results.verdict()), reasons, more);
  }

  private static String became(Verdict verdict) {
    return switch (verdict) {
      case ERROR -> "could not be measured";
      case FAIL -> "failed";
      case BUSY -> "met a machine too busy to judge them";
      case UNSURE -> "can not be judged";
      case PASS -> "passed";
    };
  }

  /// Why a benchmark is not PASS.
  public static String reason(Benchmark benchmark) {
    Optional<Check> failed = benchmark.checks().stream().filter(check -> !check.ok()).findFirst();
    if (failed.isPresent()) {
      Check check = failed.get();
      return "%s: expected %s, was %s".formatted(check.name(), check.expected(), check.actual());
    }
    Optional<Threshold> over =
        benchmark.thresholds().stream()
            .filter(threshold -> threshold.verdict() != Verdict.PASS)
            .max(Comparator.comparingDouble(Headline::load));
    if (over.isPresent()) {
      Threshold limit = over.get();
      return "%s is %s, limit %s (× %s)"
          .formatted(
              Figures.metric(limit.metric()),
              Figures.of(limit.metric(), limit.actual()),
              Figures.of(limit.metric(), limit.limit()),
              Figures.three(limit.actual() / limit.limit()));
    }
    Compare compare = benchmark.compare();
    return compare == null ? benchmark.verdict().sentence() : reason(compare);
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
              return " Nearest to its limit: %s, %s at %s of %s."
                  .formatted(
                      b.name(),
                      Figures.metric(limit.metric()),
                      Figures.of(limit.metric(), limit.actual()),
                      Figures.of(limit.metric(), limit.limit()));
            })
        .orElse("");
  }

  /// The limit that leaves the least room.
  public static Optional<Threshold> binding(Benchmark benchmark) {
    return benchmark.thresholds().stream().max(Comparator.comparingDouble(Headline::load));
  }

  /// How much of a limit is used, 1 being all.
  private static double load(Threshold threshold) {
    return threshold.op().equals(">=")
        ? threshold.limit() / threshold.actual()
        : threshold.actual() / threshold.limit();
  }

  /// The same for reading, in percent.
  public static String used(Threshold threshold) {
    return Figures.three(PERCENT * load(threshold)) + " %";
  }
}
