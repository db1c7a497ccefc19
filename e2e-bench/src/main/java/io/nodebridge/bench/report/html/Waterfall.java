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
import org.jspecify.annotations.Nullable;

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

    double bare(@Nullable Floor floor) {
      return floor == null ? 0 : this.floor.applyAsDouble(floor);
    }
  }

  private static final List<Percentile> PERCENTILES =
      List.of(
          new Percentile("near p50", Hop::p50, Floor::median),
          new Percentile("near p95", Hop::p95, Floor::p95),
          new Percentile("near p99", Hop::p99, Floor::p99));

  static Optional<SectionTag> of(Results results) {
    List<Benchmark> split = results.benchmarks().stream().filter(b -> !b.hops().isEmpty()).toList();
    // Before schema 2 the other percentiles were each hop's own, and no request's.
    List<Percentile> shown = results.schema() == 1 ? PERCENTILES.subList(0, 1) : PERCENTILES;
    return split.isEmpty()
        ? Optional.empty()
        : Optional.of(
            section()
                .with(h2("Where the time goes"))
                .with(
                    p(
                        "The mean of the requests near each percentile, hop by hop from left to"
                            + " right. The hatched bar beneath is what the same broker and database"
                            + " take at that percentile with no code of ours."))
                .with(hatching())
                .with(each(split, benchmark -> of(benchmark, shown))));
  }

  private static DomContent of(Benchmark benchmark, List<Percentile> shown) {
    Floor floor = benchmark.floor();
    double longest =
        shown.stream()
            .mapToDouble(p -> Math.max(p.total(benchmark.hops()), p.bare(floor)))
            .max()
            .orElse(1);
    return div()
        .withClass("card waterfall")
        .with(h3(benchmark.name()))
        .with(each(shown, percentile -> bar(benchmark, percentile, longest)))
        .with(figures(benchmark.hops(), shown));
  }

  private static DomContent bar(Benchmark benchmark, Percentile percentile, double longest) {
    Axis axis = Axis.linear(0, longest, 0, WIDTH);
    String total = Figures.duration(percentile.total(benchmark.hops()));
    double bare = percentile.bare(benchmark.floor());
    ContainerTag<?> picture =
        Shapes.svg(WIDTH, BAR + FLOOR)
            .attr("preserveAspectRatio", "none")
            .with(tag("title").withText(percentile.name() + ": " + total + " in all"));
    double from = 0;
    for (int hop = 0; hop < benchmark.hops().size(); hop++) {
      double took = percentile.of().applyAsDouble(benchmark.hops().get(hop));
      String says = benchmark.hops().get(hop).name() + ": " + Figures.duration(took);
      picture.with(
          rect("hop" + hop, axis.at(from), axis.at(from + took), 0, BAR)
              .with(tag("title").withText(says)));
      from += took;
    }
    if (bare > 0) {
      picture.with(
          rect("bare", 0, axis.at(bare), BAR + 1, FLOOR - 1)
              .attr("fill", "url(#hatch)")
              .with(tag("title").withText("floor: " + Figures.duration(bare))));
    }
    String beneath = bare > 0 ? ", floor " + Figures.duration(bare) : "";
    return div()
        .withClass("bar")
        .with(span(percentile.name() + ": " + total + beneath).withClass("label"))
        .with(picture);
  }

  private static DomContent figures(List<Hop> hops, List<Percentile> shown) {
    TrTag head = tr(th("hop"));
    shown.forEach(percentile -> head.with(th(percentile.name())));
    TrTag sums = tr(th("sum"));
    shown.forEach(percentile -> sums.with(number(percentile.total(hops))));
    return Wide.of(
        "hops",
        table(
            thead(head.with(th("slowest"))),
            tbody(each(hops, hop -> row(hop, hops.indexOf(hop), shown))),
            tfoot(sums.with(number(hops.stream().mapToDouble(Hop::slowest).sum())))));
  }

  private static TrTag row(Hop hop, int number, List<Percentile> shown) {
    TrTag row = tr(th(span().withClass("swatch hop" + number), span(hop.name())));
    shown.forEach(percentile -> row.with(number(percentile.of().applyAsDouble(hop))));
    return row.with(number(hop.slowest()));
  }

  private static DomContent number(double millis) {
    return td(Figures.duration(millis)).withClass("number");
  }

  private static DomContent hatching() {
    return Shapes.svg(0, 0)
        .withClass("defs")
        .attr("aria-hidden", "true")
        .with(
            tag("defs")
                .with(
                    tag("pattern")
                        .withId("hatch")
                        .attr("width", "6")
                        .attr("height", "6")
                        .attr("patternUnits", "userSpaceOnUse")
                        .attr("patternTransform", "rotate(45)")
                        .with(Shapes.line("hatch", 0, 0, 0, 6))));
  }

  private static ContainerTag<?> rect(
      String kind, double from, double to, double y, double height) {
    return Shapes.rect(from, y, Math.max(0, to - from), height).withClass(kind);
  }
}
