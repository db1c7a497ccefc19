package io.nodebridge.bench.report.html;

import static j2html.TagCreator.tag;

import io.nodebridge.bench.measure.Stats;
import io.nodebridge.bench.report.Figures;
import io.nodebridge.bench.report.Headline;
import io.nodebridge.bench.report.Results.Benchmark;
import io.nodebridge.bench.report.Results.Floor;
import io.nodebridge.bench.report.Results.Threshold;
import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import java.util.Optional;

/// Floor, measured, limit on one logarithmic line: how much room there is to either side.
final class Bullet {
  private static final double WIDTH = 240;
  private static final double HEIGHT = 22;
  private static final double MIDDLE = HEIGHT / 2;
  private static final double EDGE = 6;

  private Bullet() {}

  /// Empty without statistics, or if the limit is of no duration.
  static Optional<DomContent> of(Benchmark benchmark) {
    Stats stats = benchmark.stats();
    Optional<Threshold> limit = Headline.binding(benchmark).filter(t -> t.metric().endsWith("_ms"));
    if (stats == null || limit.isEmpty() || stats.median() <= 0 || limit.get().actual() <= 0) {
      return Optional.empty();
    }
    Floor floor = benchmark.floor();
    double judged = limit.get().actual();
    double most = limit.get().limit();
    double least = floor == null ? stats.median() : Math.min(floor.median(), stats.median());
    Axis axis = Axis.logarithmic(least / 1.5, Math.max(judged, most) * 1.5, EDGE, WIDTH - EDGE);
    String says =
        "%s %s of %s; median %s%s"
            .formatted(
                Figures.metric(limit.get().metric()),
                Figures.duration(judged),
                Figures.duration(most),
                Figures.duration(stats.median()),
                floor == null ? "" : "; floor " + Figures.duration(floor.median()));
    ContainerTag<?> picture =
        Plot.svg(WIDTH, HEIGHT)
            .withClass("bullet")
            .with(tag("title").withText(says))
            .with(line("track", EDGE, WIDTH - EDGE, MIDDLE, MIDDLE))
            .with(line("range", axis.at(stats.median()), axis.at(judged), MIDDLE, MIDDLE));
    if (floor != null) {
      picture.with(upright("floor", axis.at(floor.median())));
    }
    return Optional.of(
        picture
            .with(upright("limit", axis.at(most)))
            .with(circle(axis.at(stats.median()), "4", "median"))
            .with(circle(axis.at(judged), "3", "judged")));
  }

  private static ContainerTag<?> upright(String kind, double x) {
    return line(kind, x, x, 2, HEIGHT - 2);
  }

  private static ContainerTag<?> line(String kind, double x1, double x2, double y1, double y2) {
    return tag("line")
        .withClass(kind)
        .attr("x1", Axis.text(x1))
        .attr("x2", Axis.text(x2))
        .attr("y1", Axis.text(y1))
        .attr("y2", Axis.text(y2));
  }

  private static ContainerTag<?> circle(double x, String radius, String kind) {
    return tag("circle")
        .withClass(kind)
        .attr("cx", Axis.text(x))
        .attr("cy", Axis.text(MIDDLE))
        .attr("r", radius);
  }
}
