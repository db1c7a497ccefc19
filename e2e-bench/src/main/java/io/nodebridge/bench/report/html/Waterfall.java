package io.nodebridge.bench.report.html;

import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tag;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.tfoot;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import io.nodebridge.bench.measure.Hops.Hop;
import io.nodebridge.bench.report.Figures;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Benchmark;
import io.nodebridge.bench.report.Results.Floor;
import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import j2html.tags.specialized.SectionTag;
import j2html.tags.specialized.TrTag;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// Where the time of a request goes, hop by hop, at three percentiles, with the floor's beneath.
final class Waterfall {
  private static final double WIDTH = 720;
  private static final double BAR = 26;
  private static final double FLOOR = 8;

  private Waterfall() {}

  private record Percentile(String name, ToDoubleFunction<Hop> of, ToDoubleFunction<Floor> floor) {
    double total(List<Hop> hops) {
      return hops.stream().mapToDouble(of).sum();
    }
  }

  private static final List<Percentile> PERCENTILES =
      List.of(
          new Percentile("p50", Hop::p50, Floor::median),
          new Percentile("p95", Hop::p95, Floor::p95),
          new Percentile("p99", Hop::p99, Floor::p99));
  private static final Percentile SLOWEST = new Percentile("slowest", Hop::slowest, _ -> 0);

  static Optional<SectionTag> of(Results results) {
    List<Benchmark> split = results.benchmarks().stream().filter(b -> !b.hops().isEmpty()).toList();
    return split.isEmpty()
        ? Optional.empty()
        : Optional.of(
            section()
                .withId("hops")
                .with(h2("Where the time goes"))
                .with(
                    p(
                        "The mean of the requests near each percentile, hop by hop from left to"
                            + " right. The hatched bar beneath is what the same broker and database"
                            + " take at that percentile with no code of ours."))
                .with(each(split, Waterfall::of)));
  }

  private static DomContent of(Benchmark benchmark) {
    double longest =
        PERCENTILES.stream().mapToDouble(p -> p.total(benchmark.hops())).max().orElse(1);
    return div()
        .withClass("card waterfall")
        .with(h3(benchmark.name()))
        .with(each(PERCENTILES, percentile -> bar(benchmark, percentile, longest)))
        .with(figures(benchmark.hops()));
  }

  private static DomContent bar(Benchmark benchmark, Percentile percentile, double longest) {
    Axis axis = Axis.linear(0, longest, 0, WIDTH);
    double total = percentile.total(benchmark.hops());
    ContainerTag<?> picture =
        Plot.svg(WIDTH, BAR + FLOOR)
            .attr("preserveAspectRatio", "none")
            .with(
                tag("title")
                    .withText(
                        "%s: %s in all".formatted(percentile.name(), Figures.duration(total))));
    double from = 0;
    for (int hop = 0; hop < benchmark.hops().size(); hop++) {
      double took = percentile.of().applyAsDouble(benchmark.hops().get(hop));
      picture.with(
          rect("hop" + hop, axis.at(from), axis.at(from + took), 0, BAR)
              .with(
                  tag("title")
                      .withText(benchmark.hops().get(hop).name() + ": " + Figures.duration(took))));
      from += took;
    }
    Floor floor = benchmark.floor();
    double bare = floor == null ? 0 : percentile.floor().applyAsDouble(floor);
    if (bare > 0) {
      picture.with(
          rect("bare", 0, axis.at(bare), BAR + 1, FLOOR - 1)
              .with(tag("title").withText("floor: " + Figures.duration(bare))));
    }
    String label = percentile.name() + " " + Figures.duration(total);
    return div()
        .withClass("bar")
        .with(
            span(label + (bare > 0 ? ", floor " + Figures.duration(bare) : "")).withClass("label"))
        .with(picture);
  }

  private static ContainerTag<?> rect(
      String kind, double from, double to, double y, double height) {
    return tag("rect")
        .withClass(kind)
        .attr("x", Axis.text(from))
        .attr("width", Axis.text(Math.max(0, to - from)))
        .attr("y", Axis.text(y))
        .attr("height", Axis.text(height));
  }

  private static DomContent figures(List<Hop> hops) {
    return div()
        .withClass("wide")
        .attr("tabindex", "0")
        .with(
            table(
                thead(tr(th("hop"), th("p50"), th("p95"), th("p99"), th("slowest"))),
                tbody(each(hops, hop -> row(hop, hops.indexOf(hop)))),
                tfoot(sums(hops))));
  }

  private static TrTag row(Hop hop, int number) {
    return tr(
        th(span().withClass("swatch hop" + number), span(hop.name())),
        number(hop.p50()),
        number(hop.p95()),
        number(hop.p99()),
        number(hop.slowest()));
  }

  private static TrTag sums(List<Hop> hops) {
    TrTag sums = tr(th("sum"));
    PERCENTILES.forEach(percentile -> sums.with(number(percentile.total(hops))));
    return sums.with(number(SLOWEST.total(hops)));
  }

  private static DomContent number(double millis) {
    return td(Figures.duration(millis)).withClass("number");
  }
}
