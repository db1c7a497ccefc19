package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Interval;
import io.nodebridge.bench.report.Results.Compare;
import io.nodebridge.bench.report.Results.Noise;
import io.nodebridge.bench.report.Results.Ratio;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// Ratios to a baseline, and beside each verdict what chance alone does to it.
public final class ComparisonTable {
  private static final double PERCENT = 100;
  private static final String UNKNOWN =
      "chance alone: unknown here as long as there are fewer than 5 runs of one commit; in 40,922"
          + " pairs of identical runs elsewhere, +10 % on the mean alone failed 71 %, on mean,"
          + " min or max 42 to 65 %";

  private ComparisonTable() {}

  /// Empty if nothing was compared.
  public static String of(List<Results.Benchmark> benchmarks) {
    List<Results.Benchmark> compared =
        benchmarks.stream().filter(benchmark -> benchmark.compare() != null).toList();
    if (compared.isEmpty()) {
      return "";
    }
    Formatter out = new Formatter(Locale.ROOT);
    out.format(
        "\n%-40s %-7s %8s %19s %7s %-8s %s\n",
        "beside " + Objects.requireNonNull(compared.getFirst().compare()).baseline(),
        "",
        "ratio",
        "95 % within a boot",
        "limit",
        "verdict",
        "identical runs: 5–95 %, break the limit");
    compared.forEach(benchmark -> rows(out, benchmark));
    if (compared.stream().anyMatch(ComparisonTable::withoutNoise)) {
      out.format("%s\n", UNKNOWN);
    }
    return out.toString();
  }

  private static boolean withoutNoise(Results.Benchmark benchmark) {
    Compare compare = benchmark.compare();
    return compare != null && compare.ratios().stream().anyMatch(r -> r.noise() == null);
  }

  private static void rows(Formatter out, Results.Benchmark benchmark) {
    Compare compare = Objects.requireNonNull(benchmark.compare());
    if (compare.ratios().isEmpty()) {
      out.format("%-40s UNSURE: %s does not have it\n", benchmark.name(), compare.baseline());
    }
    for (Ratio ratio : compare.ratios()) {
      Interval interval = ratio.interval();
      Double limit = ratio.limit();
      out.format(
          "%-40s %-7s %8s %19s %7s %-8s %s\n",
          benchmark.name(),
          ratio.metric(),
          String.format(Locale.ROOT, "× %.3f", ratio.ratio()),
          interval == null
              ? ""
              : String.format(Locale.ROOT, "%.3f – %.3f", interval.low(), interval.high()),
          limit == null ? "" : String.format(Locale.ROOT, "%.3f", limit),
          limit == null ? "" : ratio.verdict(),
          noise(ratio));
    }
  }

  private static String noise(Ratio ratio) {
    Noise noise = ratio.noise();
    if (noise == null) {
      return "";
    }
    String range = String.format(Locale.ROOT, "× %.3f – %.3f", noise.lowest(), noise.highest());
    return ratio.limit() == null
        ? range
        : range
            + String.format(
                Locale.ROOT, ", %.0f %% of %d pairs", PERCENT * noise.falseAlarms(), noise.pairs());
  }
}
