package io.nodebridge.bench.report.html;

import static j2html.TagCreator.h2;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tag;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import io.nodebridge.bench.measure.Interval;
import io.nodebridge.bench.report.Figures;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Benchmark;
import io.nodebridge.bench.report.Results.Compare;
import io.nodebridge.bench.report.Results.Noise;
import io.nodebridge.bench.report.Results.Ratio;
import io.nodebridge.bench.report.Verdict;
import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import j2html.tags.specialized.SectionTag;
import j2html.tags.specialized.TrTag;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Each figure as a multiple of the baseline's, with its interval, around the band in which runs of
/// the same code lie.
final class Ratios {
  private static final double WIDTH = 240;
  private static final double HEIGHT = 18;
  private static final double MIDDLE = HEIGHT / 2;

  private Ratios() {}

  static Optional<SectionTag> of(Results results) {
    List<Benchmark> compared =
        results.benchmarks().stream().filter(b -> b.compare() != null).toList();
    if (compared.isEmpty()) {
      return Optional.empty();
    }
    double reach =
        Math.clamp(compared.stream().mapToDouble(Ratios::reach).max().orElse(2), 1.5, 10);
    String baseline = Objects.requireNonNull(compared.getFirst().compare()).baseline();
    return Optional.of(
        section()
            .with(h2("Beside " + baseline))
            .with(
                p(
                    "Right of the line is slower. The grey band is where runs of the same code lie;"
                        + " without one there are not enough of them yet. ~ means within it."))
            .with(
                Wide.of(
                    "table",
                    table(
                        thead(
                            tr(
                                th("benchmark"),
                                th("figure"),
                                th(
                                    "× %s to × %s"
                                        .formatted(Figures.three(1 / reach), Figures.three(reach))),
                                th("ratio"),
                                th("verdict"))),
                        tbody().with(rows(compared, reach))))));
  }

  private static List<TrTag> rows(List<Benchmark> compared, double reach) {
    return compared.stream().flatMap(b -> rows(b, reach).stream()).toList();
  }

  // The farthest that has to be shown.
  private static double reach(Benchmark benchmark) {
    return Objects.requireNonNull(benchmark.compare()).ratios().stream()
        .mapToDouble(
            r -> {
              Interval interval = r.interval();
              double high = interval == null ? r.ratio() : interval.high();
              double low = interval == null ? r.ratio() : interval.low();
              return Math.max(high, 1 / low) * 1.1;
            })
        .max()
        .orElse(1);
  }

  private static List<TrTag> rows(Benchmark benchmark, double reach) {
    Compare compare = Objects.requireNonNull(benchmark.compare());
    if (compare.ratios().isEmpty()) {
      return List.of(
          tr(
              th(benchmark.name()),
              td("–"),
              td(compare.baseline() + " does not have it"),
              td("–"),
              td(Lamps.lamp(Verdict.UNSURE))));
    }
    return compare.ratios().stream()
        .map(
            ratio ->
                tr(
                    th(benchmark.name()),
                    td(ratio.metric()),
                    td(picture(ratio, reach)),
                    td((within(ratio) ? "~ " : "") + "× " + Figures.three(ratio.ratio()))
                        .withClass("number"),
                    td(ratio.limit() == null ? span("–") : Lamps.lamp(ratio.verdict()))))
        .toList();
  }

  private static boolean within(Ratio ratio) {
    Noise noise = ratio.noise();
    return noise != null && ratio.ratio() >= noise.lowest() && ratio.ratio() <= noise.highest();
  }

  private static DomContent picture(Ratio ratio, double reach) {
    Axis axis = Axis.logarithmic(1 / reach, reach, 2, WIDTH - 2);
    ContainerTag<?> picture =
        Shapes.svg(WIDTH, HEIGHT)
            .withClass("ratio")
            .with(tag("title").withText("× " + Figures.three(ratio.ratio())));
    Noise noise = ratio.noise();
    if (noise != null) {
      picture.with(
          Shapes.rect(
                  axis.at(noise.lowest()),
                  0,
                  axis.at(noise.highest()) - axis.at(noise.lowest()),
                  HEIGHT)
              .withClass("band"));
    }
    picture.with(upright("same", axis.at(1)));
    if (ratio.limit() != null) {
      picture.with(upright("limit", axis.at(ratio.limit())));
    }
    Interval interval = ratio.interval();
    if (interval != null) {
      picture.with(
          Shapes.line("range", axis.at(interval.low()), axis.at(interval.high()), MIDDLE, MIDDLE));
    }
    return picture.with(Shapes.circle("median", axis.at(ratio.ratio()), MIDDLE, 4));
  }

  private static ContainerTag<?> upright(String kind, double x) {
    return Shapes.line(kind, x, x, 0, HEIGHT);
  }
}
