package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Distribution;
import io.nodebridge.bench.measure.Stats;
import java.util.Formatter;
import java.util.Locale;
import java.util.Optional;
import org.HdrHistogram.DoubleHistogram;

/// How a benchmark's samples are distributed, as SVG: a bar for each of 60 equal stretches of a
/// logarithmic scale, and where the median, p95 and p99 lie.
final class HistogramPicture {
  private static final int BARS = 60;
  private static final int WIDTH = 720;
  private static final int HEIGHT = 240;
  private static final int EDGE = 40;
  private static final double STEP = (WIDTH - 2.0 * EDGE) / BARS;

  private HistogramPicture() {}

  /// Empty without samples.
  static Optional<String> of(Results.Benchmark benchmark) {
    Stats stats = benchmark.stats();
    String text = benchmark.histogram();
    if (stats == null || text == null || stats.min() <= 0) {
      return Optional.empty();
    }
    DoubleHistogram histogram = Distribution.decode(text);
    double from = Math.log(stats.min());
    double span = Math.max(Math.log(stats.max()) - from, Double.MIN_NORMAL);
    double[] counts = Distribution.stretches(histogram, BARS);
    Formatter svg = new Formatter(Locale.ROOT);
    svg.format(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'"
            + " font-size='11'>%n",
        WIDTH, HEIGHT);
    svg.format(
        "<title>%s: %d samples, milliseconds</title>%n<rect width='100%%' height='100%%'"
            + " fill='#fff'/>%n",
        benchmark.name(), benchmark.samples());
    svg.format("<text x='%d' y='16'>%s (ms)</text>%n", EDGE, benchmark.name());
    bars(svg, counts);
    mark(svg, stats.median(), "p50", 30, from, span);
    mark(svg, stats.p95(), "p95", 44, from, span);
    mark(svg, stats.p99(), "p99", 58, from, span);
    svg.format("<text x='%d' y='%d'>%.3g</text>%n", EDGE, HEIGHT - 12, stats.min());
    svg.format(
        "<text x='%d' y='%d' text-anchor='end'>%.3g</text>%n</svg>%n",
        WIDTH - EDGE, HEIGHT - 12, stats.max());
    return Optional.of(svg.toString());
  }

  private static void bars(Formatter svg, double[] counts) {
    double most = 1;
    for (double count : counts) {
      most = Math.max(most, count);
    }
    for (int bar = 0; bar < BARS; bar++) {
      double height = (HEIGHT - 2.5 * EDGE) * counts[bar] / most;
      svg.format(
          "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='#4878a8'/>%n",
          EDGE + bar * STEP, HEIGHT - EDGE * 0.75 - height, STEP - 1, height);
    }
  }

  private static void mark(
      Formatter svg, double value, String name, int y, double from, double span) {
    double x = EDGE + (WIDTH - 2 * EDGE) * (Math.log(value) - from) / span;
    svg.format(
        "<line x1='%1$.1f' x2='%1$.1f' y1='%2$d' y2='%3$d' stroke='#a03030'/><text x='%4$.1f'"
            + " y='%2$d'>%5$s %6$.3g</text>%n",
        x, y, HEIGHT - EDGE * 3 / 4, x + 3, name, value);
  }
}
