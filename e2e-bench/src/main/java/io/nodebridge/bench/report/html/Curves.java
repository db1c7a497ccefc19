package io.nodebridge.bench.report.html;

import static j2html.TagCreator.a;
import static j2html.TagCreator.div;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;

import io.nodebridge.bench.measure.Distribution;
import io.nodebridge.bench.measure.Series;
import io.nodebridge.bench.measure.Trend;
import io.nodebridge.bench.report.Figures;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Benchmark;
import j2html.tags.DomContent;
import j2html.tags.specialized.SectionTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.statistics.descriptive.Median;

/// What curves can say: how the slow requests are, how a run went, whether a heap grows, how a
/// broadcast arrives.
final class Curves {
  private static final List<Plot.Mark> PERCENTILES =
      List.of(
          new Plot.Mark(1, "min"),
          new Plot.Mark(2, "p50"),
          new Plot.Mark(10, "p90"),
          new Plot.Mark(100, "p99"),
          new Plot.Mark(1_000, "p99.9"),
          new Plot.Mark(10_000, "p99.99"));

  private Curves() {}

  static Optional<SectionTag> of(Results results) {
    List<DomContent> plots =
        results.benchmarks().stream().flatMap(Curves::plots).map(Curves::card).toList();
    return plots.isEmpty()
        ? Optional.empty()
        : Optional.of(
            section()
                .with(h2("Over time, and at the tail"))
                .with(
                    p(
                        "Response time counts from the moment at which a request was due, service"
                            + " time from the one at which it was sent: where they part, the"
                            + " generator was held up."))
                .with(div().withClass("plots").with(plots)));
  }

  private record Named(Benchmark benchmark, Plot plot) {}

  private static DomContent card(Named named) {
    return div()
        .withClass("card")
        .with(
            a(named.benchmark().name()).withHref("#" + named.benchmark().name()),
            named.plot().draw());
  }

  private static Stream<Named> plots(Benchmark benchmark) {
    List<Plot> plots = new ArrayList<>();
    for (Series series : benchmark.series()) {
      if (series.points().isEmpty()) {
        continue;
      }
      switch (series.name()) {
        case Series.SERVICE -> percentiles(benchmark, series).ifPresent(plots::add);
        case Series.TIMELINE -> plots.addAll(timeline(series));
        case Series.RECEIVED -> plots.add(received(series));
        default -> {
          if (series.name().endsWith(Series.HEAP)) {
            plots.add(heap(series));
          }
        }
      }
    }
    return plots.stream().map(plot -> new Named(benchmark, plot));
  }

  private static Optional<Plot> percentiles(Benchmark benchmark, Series service) {
    String text = benchmark.histogram();
    if (text == null) {
      return Optional.empty();
    }
    List<Plot.Line> lines = new ArrayList<>();
    lines.add(new Plot.Line("response time", quantiles(text), false));
    lines.add(new Plot.Line("service time", rarities(service.points()), false));
    Results.Compare compare = benchmark.compare();
    if (compare != null && compare.histogram() != null) {
      lines.add(
          new Plot.Line(
              "response time of " + compare.baseline(),
              quantiles(Objects.requireNonNull(compare.histogram())),
              false));
    }
    double rarest = highest(lines, true);
    return Optional.of(
        new Plot(
            "Latency by percentile",
            new Plot.Scale("percentile", 1, rarest, true, Figures::plain),
            durations(lines),
            lines,
            PERCENTILES.stream().filter(mark -> mark.x() <= rarest * 1.001).toList()));
  }

  private static List<Plot.Point> quantiles(String histogram) {
    return rarities(Series.quantiles(Distribution.decode(histogram)));
  }

  private static List<Plot.Point> rarities(List<List<Double>> quantiles) {
    return quantiles.stream().map(p -> new Plot.Point(rarity(p.get(0)), p.get(1))).toList();
  }

  // One request in so many is slower.
  private static double rarity(double probability) {
    return 1 / (1 - probability);
  }

  private static List<Plot> timeline(Series series) {
    List<Plot.Line> latency =
        List.of(
            new Plot.Line("p50 of each second", points(series, 1), false),
            new Plot.Line("p99 of each second", points(series, 2), false));
    Plot.Line rate = new Plot.Line("requests", points(series, 3), false);
    double seconds = series.points().getLast().getFirst();
    Plot.Scale time = new Plot.Scale("seconds", 0, seconds, false, Figures::plain);
    return List.of(
        new Plot("Latency over time", time, durations(latency), latency, List.of()),
        new Plot(
            "Requests committed, by the second in which they were due",
            time,
            fromZero(rate),
            List.of(rate),
            List.of()));
  }

  private static Plot received(Series series) {
    Plot.Line rows = new Plot.Line("rows", points(series, 1), false);
    double last = series.points().getLast().getFirst();
    return new Plot(
        "Rows committed since the release, last round",
        new Plot.Scale("ms", 0, last, false, Figures::plain),
        fromZero(rows),
        List.of(rows),
        List.of());
  }

  // With its Theil–Sen line, on an axis on which growth can be seen.
  private static Plot heap(Series series) {
    List<Plot.Point> rounds = points(series, 1);
    double[] megabytes = rounds.stream().mapToDouble(Plot.Point::y).toArray();
    double slope = Trend.of(megabytes).slope();
    double middle = Median.withDefaults().withCopy(true).evaluate(megabytes);
    double half = (megabytes.length - 1) / 2.0;
    List<Plot.Line> lines =
        List.of(
            new Plot.Line(series.name(), rounds, true),
            new Plot.Line(
                String.format(Locale.ROOT, "%+.4f %s a round", slope, series.unit()),
                List.of(
                    new Plot.Point(1, middle - slope * half),
                    new Plot.Point(megabytes.length, middle + slope * half)),
                false));
    double low = rounds.stream().mapToDouble(Plot.Point::y).min().orElse(0);
    return new Plot(
        "Live after each round: " + series.name(),
        new Plot.Scale("round", 1, megabytes.length, false, Figures::plain),
        new Plot.Scale(
            series.unit(), low * 0.95, highest(lines, false) * 1.02, false, Figures::plain),
        lines,
        List.of());
  }

  private static List<Plot.Point> points(Series series, int column) {
    return series.points().stream()
        .map(point -> new Plot.Point(point.getFirst(), point.get(column)))
        .toList();
  }

  private static Plot.Scale durations(List<Plot.Line> lines) {
    double low =
        lines.stream()
            .flatMap(line -> line.points().stream())
            .mapToDouble(Plot.Point::y)
            .filter(y -> y > 0)
            .min()
            .orElse(1);
    return new Plot.Scale("", low / 1.2, highest(lines, false) * 1.2, true, Figures::duration);
  }

  private static Plot.Scale fromZero(Plot.Line line) {
    return new Plot.Scale(
        line.name(), 0, highest(List.of(line), false) * 1.1, false, Figures::plain);
  }

  private static double highest(List<Plot.Line> lines, boolean across) {
    return lines.stream()
        .flatMap(line -> line.points().stream())
        .mapToDouble(point -> across ? point.x() : point.y())
        .max()
        .orElse(1);
  }
}
