package io.nodebridge.bench.cli;

import io.avaje.jsonb.Json;
import io.nodebridge.bench.compare.History;
import io.nodebridge.bench.compare.HistoryLine;
import io.nodebridge.bench.measure.Trend;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.options.Options;
import io.nodebridge.bench.report.Verdict;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.commons.statistics.descriptive.Median;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Shows how a benchmark's figure moved from run to run.
@Command(
    name = "history",
    header = "Shows a benchmark's medians, run by run, and whether they grow.",
    description = {
      "Only runs on the machine, provider and profile of the last one are comparable and shown."
    })
final class HistoryCommand implements Callable<Integer> {
  private static final JsonCodec<Point> POINT = JsonCodec.of(Point.class);
  // Below it Mann and Kendall's normal approximation says nothing.
  private static final int LEAST_FOR_TREND = 8;
  private static final double PERCENT = 100;
  private static final String BARS = "▁▂▃▄▅▆▇█";

  private final Places places;

  @Mixin private Output output = new Output();

  @Parameters(paramLabel = "NAME", description = "a benchmark; test_ before it will do")
  private String name = "";

  HistoryCommand(Places places) {
    this.places = places;
  }

  /// One run of the benchmark, in milliseconds.
  @Json
  record Point(
      Instant at,
      @Nullable String commit,
      Verdict verdict,
      double median,
      double p95,
      double seconds) {}

  @Override
  public Integer call() throws IOException {
    Options options = Options.read(places.root().resolve("e2e-bench/bench.yaml"), Map.of());
    History history = History.read(places.root().resolve(options.text(Option.STORAGE)));
    if (!history.damaged().isEmpty()) {
      System.err.println("bench: lines that cannot be read are left out: " + history.damaged());
    }
    String benchmark = name.replaceFirst("^test_", "");
    List<HistoryLine> of =
        history.lines().stream().filter(line -> point(line, benchmark) != null).toList();
    if (of.isEmpty()) {
      throw new IllegalArgumentException("no run of \"" + name + "\" is in the history");
    }
    HistoryLine last = of.getLast();
    List<HistoryLine> alike = of.stream().filter(line -> line.sameKind(last)).toList();
    List<Point> points =
        alike.stream().map(line -> Objects.requireNonNull(point(line, benchmark))).toList();
    if (output.json()) {
      output.print(POINT.encodeList(points));
    } else {
      System.out.printf(
          "%s on %s, %s, %s; %d runs of other kinds%n",
          benchmark,
          last.machine(),
          last.provider() == null ? "no stack" : last.provider(),
          last.profile(),
          of.size() - alike.size());
      System.out.print(table(points));
    }
    return 0;
  }

  private static @Nullable Point point(HistoryLine line, String benchmark) {
    return line.benchmarks().stream()
        .filter(entry -> entry.name().equals(benchmark))
        .filter(entry -> entry.verdict() != Verdict.BUSY && entry.figures().containsKey("median"))
        .map(
            entry ->
                new Point(
                    line.at(),
                    line.commit(),
                    entry.verdict(),
                    entry.figures().getOrDefault("median", Double.NaN),
                    entry.figures().getOrDefault("p95", Double.NaN),
                    entry.seconds()))
        .findFirst()
        .orElse(null);
  }

  static String table(List<Point> points) {
    StringBuilder out = new StringBuilder();
    double[] medians = points.stream().mapToDouble(Point::median).toArray();
    double least = points.stream().mapToDouble(Point::median).min().orElseThrow();
    double most = points.stream().mapToDouble(Point::median).max().orElseThrow();
    for (Point point : points) {
      int height = most == least ? 0 : (int) ((point.median() - least) / (most - least) * 7);
      String commit = point.commit();
      out.append(
          String.format(
              Locale.ROOT,
              "%s  %-20s %-7s median %10.4g ms  p95 %10.4g ms  %s%n",
              point.at().truncatedTo(ChronoUnit.SECONDS),
              commit == null ? "no commit" : commit.replaceFirst("^(.{12})[0-9a-f]*", "$1"),
              point.verdict(),
              point.median(),
              point.p95(),
              BARS.charAt(height)));
    }
    return out.append(trend(medians)).toString();
  }

  private static String trend(double[] medians) {
    if (medians.length < LEAST_FOR_TREND) {
      return "trend: " + medians.length + " runs, told from " + LEAST_FOR_TREND + " on\n";
    }
    Trend trend = Trend.of(medians);
    double percent = PERCENT * trend.slope() / Median.withDefaults().evaluate(medians);
    return String.format(
        Locale.ROOT,
        "trend: %+.2f %% a run (Theil–Sen), %s (Mann–Kendall z %.2f)%n",
        percent,
        trend.growsBy(0) ? "it grows" : trend.shrinks() ? "it shrinks" : "none beyond chance",
        trend.z());
  }
}
