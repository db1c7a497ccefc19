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
    Optional<Threshold> limit =
        Headline.binding(benchmark).filter(t -> Figures.isDuration(t.metric()));
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
        Shapes.svg(WIDTH, HEIGHT)
            .withClass("bullet")
            .with(tag("title").withText(says))
            .with(Shapes.line("track", EDGE, WIDTH - EDGE, MIDDLE, MIDDLE))
            .with(Shapes.line("range", axis.at(stats.median()), axis.at(judged), MIDDLE, MIDDLE));
    if (floor != null) {
      picture.with(upright("floor", axis.at(floor.median())));
    }
    return Optional.of(
        picture
            .with(upright("limit", axis.at(most)))
            .with(Shapes.circle("median", axis.at(stats.median()), MIDDLE, 4))
            .with(Shapes.circle("judged", axis.at(judged), MIDDLE, 3)));
  }

  private static ContainerTag<?> upright(String kind, double x) {
    return Shapes.line(kind, x, x, 2, HEIGHT - 2);
  }
}
