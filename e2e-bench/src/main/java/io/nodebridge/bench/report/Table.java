package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Hops.Hop;
import io.nodebridge.bench.measure.Stats;
import java.util.Locale;

/// The results for reading in a terminal.
final class Table {
  private Table() {}

  static String of(Results results) {
    StringBuilder text = new StringBuilder();
    line(text, "");
    line(
        text,
        "%-30s %-7s %8s %10s %10s %10s %10s %10s %5s  %s",
        "benchmark (ms)",
        "verdict",
        "samples",
        "min",
        "median",
        "p95",
        "p99",
        "max",
        "grade",
        "floor");
    results.benchmarks().forEach(benchmark -> row(text, benchmark));
    results.benchmarks().forEach(benchmark -> details(text, benchmark));
    line(
        text,
        "%s · %s · %s · %s",
        results.verdict(),
        results.provider() == null ? "no stack" : results.provider(),
        results.profile(),
        results.machine().jdk());
    return text.toString();
  }

  private static void row(StringBuilder text, Results.Benchmark benchmark) {
    Stats stats = benchmark.stats();
    if (stats == null) {
      line(text, "%-30s %-7s %8d", benchmark.name(), benchmark.verdict(), benchmark.samples());
      return;
    }
    Results.Floor floor = benchmark.floor();
    line(
        text,
        "%-30s %-7s %8d %10s %10s %10s %10s %10s %5s  %s",
        benchmark.name(),
        benchmark.verdict(),
        benchmark.samples(),
        digits(stats.min()),
        digits(stats.median()),
        digits(stats.p95()),
        digits(stats.p99()),
        digits(stats.max()),
        benchmark.grade() == null ? "" : benchmark.grade(),
        floor == null ? "" : digits(floor.median()) + " ms, × " + digits(floor.ratio()));
  }

  private static void details(StringBuilder text, Results.Benchmark benchmark) {
    if (!benchmark.hops().isEmpty()) {
      line(text, "");
      line(text, "%-34s %9s %9s %9s", benchmark.name() + ": hops", "p50", "p95", "p99");
      for (Hop hop : benchmark.hops()) {
        line(
            text,
            "  %-32s %9s %9s %9s",
            hop.name(),
            digits(hop.p50()),
            digits(hop.p95()),
            digits(hop.p99()));
      }
      line(
          text,
          "  %-32s %9s",
          "sum",
          digits(benchmark.hops().stream().mapToDouble(Hop::p50).sum()));
    }
    for (Check check : benchmark.checks()) {
      if (!check.ok()) {
        line(
            text,
            "%s: %s: expected %s, was %s",
            benchmark.name(),
            check.name(),
            check.expected(),
            check.actual());
      }
    }
    for (Results.Threshold threshold : benchmark.thresholds()) {
      if (threshold.verdict() == Verdict.FAIL) {
        line(
            text,
            "%s: %s is %s ms, limit %s ms",
            benchmark.name(),
            threshold.metric(),
            digits(threshold.actual()),
            digits(threshold.limit()));
      }
    }
  }

  private static String digits(double value) {
    return value != 0 && Math.abs(value) < 0.001
        ? String.format(Locale.ROOT, "%.2e", value)
        : String.format(Locale.ROOT, value < 100 ? "%.3f" : "%.0f", value);
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
