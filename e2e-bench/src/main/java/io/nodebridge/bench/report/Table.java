package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Hops.Hop;
import io.nodebridge.bench.measure.Stats;
import java.util.Formatter;
import java.util.Locale;

/// The results for reading in a terminal.
final class Table {
  private Table() {}

  static String of(Results results) {
    Formatter out = new Formatter(Locale.ROOT);
    out.format("\n");
    out.format(
        "%-30s %-7s %8s %10s %10s %10s %10s %10s %5s  %s\n",
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
    results.benchmarks().forEach(benchmark -> row(out, benchmark));
    results.benchmarks().forEach(benchmark -> details(out, benchmark));
    out.format(
        "%s · %s · %s · %s\n",
        results.verdict(),
        results.provider() == null ? "no stack" : results.provider(),
        results.profile(),
        results.machine().jdk());
    return out.toString();
  }

  private static void row(Formatter out, Results.Benchmark benchmark) {
    Stats stats = benchmark.stats();
    if (stats == null) {
      out.format("%-30s %-7s %8d\n", benchmark.name(), benchmark.verdict(), benchmark.samples());
      return;
    }
    Results.Floor floor = benchmark.floor();
    out.format(
        "%-30s %-7s %8d %10s %10s %10s %10s %10s %5s  %s\n",
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

  private static void details(Formatter out, Results.Benchmark benchmark) {
    if (!benchmark.hops().isEmpty()) {
      out.format("\n");
      out.format("%-34s %9s %9s %9s\n", benchmark.name() + ": hops", "p50", "p95", "p99");
      for (Hop hop : benchmark.hops()) {
        out.format(
            "  %-32s %9s %9s %9s\n",
            hop.name(), digits(hop.p50()), digits(hop.p95()), digits(hop.p99()));
      }
      out.format(
          "  %-32s %9s\n", "sum", digits(benchmark.hops().stream().mapToDouble(Hop::p50).sum()));
    }
    for (Check check : benchmark.checks()) {
      if (!check.ok()) {
        out.format(
            "%s: %s: expected %s, was %s\n",
            benchmark.name(), check.name(), check.expected(), check.actual());
      }
    }
    for (Results.Threshold threshold : benchmark.thresholds()) {
      if (threshold.verdict() == Verdict.FAIL) {
        out.format(
            "%s: %s is %s, limit %s\n",
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
}
