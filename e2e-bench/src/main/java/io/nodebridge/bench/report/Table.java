package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Hops.Hop;
import io.nodebridge.bench.measure.Stats;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/// The results for reading in a terminal.
public final class Table {
  private final Layout layout;
  private final Formatter out = new Formatter(Locale.ROOT);

  private Table(Layout layout) {
    this.layout = layout;
  }

  public static String of(Results results, Layout layout) {
    Table table = new Table(layout);
    // What was measured on a busy machine is no number; the results file keeps it.
    table.write(layout.verbose() ? results : results.shown());
    return table.out.toString();
  }

  private void write(Results results) {
    List<Results.Benchmark> benchmarks = layout.sorted(results.benchmarks());
    out.format("\n%-40s %-7s %8s", "benchmark (ms)", "verdict", "samples");
    layout.columns().forEach(column -> out.format(" %10s", column));
    out.format(" %5s  %s\n", "grade", "floor");
    benchmarks.forEach(this::row);
    benchmarks.forEach(this::details);
    out.format("%s", ComparisonTable.of(benchmarks));
    out.format(
        "%s · %s · %s · %s\n",
        results.verdict(),
        results.provider() == null ? "no stack" : results.provider(),
        results.profile(),
        results.machine().jdk());
  }

  private void row(Results.Benchmark benchmark) {
    out.format("%-40s %-7s %8d", benchmark.name(), benchmark.verdict(), benchmark.samples());
    Stats stats = benchmark.stats();
    if (stats != null) {
      layout.columns().forEach(column -> out.format(" %10s", digits(stats.figure(column))));
      Results.Floor floor = benchmark.floor();
      out.format(
          " %5s  %s",
          benchmark.grade() == null ? "" : benchmark.grade(),
          floor == null ? "" : digits(floor.median()) + " ms, × " + digits(floor.ratio()));
    }
    out.format("\n");
  }

  private void details(Results.Benchmark benchmark) {
    if (!benchmark.hops().isEmpty()) {
      out.format("\n");
      out.format(
          "%-44s %9s %9s %9s %9s\n", benchmark.name() + ": hops", "p50", "p95", "p99", "slowest");
      for (Hop hop : benchmark.hops()) {
        out.format(
            "  %-42s %9s %9s %9s %9s\n",
            hop.name(),
            digits(hop.p50()),
            digits(hop.p95()),
            digits(hop.p99()),
            digits(hop.slowest()));
      }
      out.format(
          "  %-42s %9s %9s %9s %9s\n",
          "sum",
          digits(benchmark.hops().stream().mapToDouble(Hop::p50).sum()),
          "",
          "",
          digits(benchmark.hops().stream().mapToDouble(Hop::slowest).sum()));
    }
    for (Check check : benchmark.checks()) {
      if (layout.verbose() || !check.ok()) {
        out.format("%s: %s\n", benchmark.name(), check.sentence());
      }
    }
    for (Results.Threshold threshold : benchmark.thresholds()) {
      if (layout.verbose()
          || threshold.verdict() == Verdict.FAIL
          || threshold.verdict() == Verdict.UNSURE) {
        out.format(
            "%s: %s: %s is %s, limit %s\n",
            benchmark.name(),
            threshold.verdict(),
            threshold.metric(),
            digits(threshold.actual()),
            digits(threshold.limit()));
      }
    }
    if (layout.verbose()) {
      new TreeMap<>(benchmark.extra())
          .forEach(
              (name, value) -> out.format("%s: %s %s\n", benchmark.name(), name, digits(value)));
    }
  }

  static String digits(double value) {
    return value != 0 && Math.abs(value) < 0.001
        ? String.format(Locale.ROOT, "%.2e", value)
        : String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.3f" : "%.0f", value);
  }
}
