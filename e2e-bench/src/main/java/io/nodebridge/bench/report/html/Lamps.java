package io.nodebridge.bench.report.html;

import static j2html.TagCreator.article;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.emptyTag;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.h4;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.tag;
import static j2html.TagCreator.text;

import io.nodebridge.bench.measure.Distribution;
import io.nodebridge.bench.measure.Stats;
import io.nodebridge.bench.report.Figures;
import io.nodebridge.bench.report.Headline;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Benchmark;
import io.nodebridge.bench.report.Results.Floor;
import io.nodebridge.bench.report.Results.Threshold;
import io.nodebridge.bench.report.Verdict;
import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import j2html.tags.specialized.ArticleTag;
import j2html.tags.specialized.DlTag;
import j2html.tags.specialized.SectionTag;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.DoubleHistogram;

/// A card for each benchmark: how it ended, how fast, and how much room there is. What did not pass
/// comes first, the rest by category.
final class Lamps {
  private static final int BARS = 40;
  private static final double WIDTH = 240;
  private static final double HEIGHT = 26;

  private Lamps() {}

  static SectionTag of(Results results) {
    Map<String, List<Benchmark>> groups =
        results.benchmarks().stream()
            .sorted(Comparator.comparing(b -> b.verdict() == Verdict.PASS))
            .collect(
                Collectors.groupingBy(
                    b -> b.verdict() == Verdict.PASS ? b.category() : "not passed",
                    LinkedHashMap::new,
                    Collectors.toList()));
    return section()
        .with(h2("Benchmarks"))
        .with(
            p().withClass("key")
                .with(span("on each line, logarithmic:"))
                .with(span().withClass("sign floor"), span("floor (no code of ours)"))
                .with(span().withClass("sign median"), span("median"))
                .with(span().withClass("sign judged"), span("what is judged"))
                .with(
                    span().withClass("sign limit"),
                    span(
                        "limit; bars: the distribution of the samples; grade: A below 1 ms, B below"
                            + " 2 ms, C beyond, of batches 100 and 200 ms")))
        .with(each(groups, Lamps::category));
  }

  private static DomContent category(String name, List<Benchmark> benchmarks) {
    return section()
        .with(h3(name.replace('_', ' ')))
        .with(div().withClass("cards").with(each(benchmarks, Lamps::card)));
  }

  private static ArticleTag card(Benchmark benchmark) {
    ArticleTag card =
        article()
            .withId(benchmark.name())
            .withClass("card " + benchmark.verdict())
            .with(
                div()
                    .withClass("cardhead")
                    .with(h4(name(benchmark.name())), lamp(benchmark.verdict())));
    Stats stats = benchmark.stats();
    if (stats == null) {
      return card.with(p(Headline.reason(benchmark)).withClass("reason"));
    }
    card.with(figures(benchmark, stats));
    Bullet.of(benchmark).ifPresent(card::with);
    if (benchmark.histogram() != null && stats.min() > 0) {
      card.with(shape(benchmark.histogram(), stats));
    }
    if (benchmark.verdict() != Verdict.PASS) {
      return card.with(p(Headline.reason(benchmark)).withClass("reason"));
    }
    Headline.binding(benchmark).ifPresent(limit -> card.with(room(limit)));
    return card;
  }

  private static DomContent room(Threshold limit) {
    return p("%s, %s allowed (%s used)"
            .formatted(Headline.actual(limit), Headline.allowed(limit), Headline.used(limit)))
        .withClass("room");
  }

  /// A name that may be broken where its words end.
  static DomContent name(String name) {
    List<String> words = List.of(name.split("(?<=_)", -1));
    return each(words, word -> each(text(word), emptyTag("wbr")));
  }

  /// A verdict as a coloured word.
  static DomContent lamp(Verdict verdict) {
    return span(verdict.name()).withClass("lamp " + verdict);
  }

  private static DomContent figures(Benchmark benchmark, Stats stats) {
    Floor floor = benchmark.floor();
    DlTag figures =
        dl().withClass("figures")
            .with(figure("p50", Figures.duration(stats.median())))
            .with(figure("p95", Figures.duration(stats.p95())))
            .with(figure("samples", Figures.plain(benchmark.samples())));
    if (benchmark.grade() != null && benchmark.verdict() == Verdict.PASS) {
      figures.with(figure("grade", benchmark.grade()));
    }
    if (floor != null) {
      figures.with(figure("× floor", Figures.three(floor.ratio())));
    }
    return figures;
  }

  private static DomContent figure(String name, String value) {
    return div().with(dt(name), dd(value));
  }

  // How the samples are distributed, fast ones to the left, on a logarithmic scale.
  private static DomContent shape(String text, Stats stats) {
    DoubleHistogram histogram = Distribution.decode(text);
    double[] counts = Distribution.stretches(histogram, BARS);
    double most = Arrays.stream(counts).max().orElse(1);
    ContainerTag<?> picture =
        Shapes.svg(WIDTH, HEIGHT)
            .withClass("shape")
            .with(
                tag("title")
                    .withText(
                        "distribution of %s samples from %s to %s"
                            .formatted(
                                Figures.plain((double) histogram.getTotalCount()),
                                Figures.duration(stats.min()),
                                Figures.duration(stats.max()))));
    double width = WIDTH / BARS;
    for (int bar = 0; bar < BARS; bar++) {
      if (counts[bar] > 0) {
        double height = Math.max(1, HEIGHT * counts[bar] / most);
        picture.with(Shapes.rect(bar * width, HEIGHT - height, width - 0.8, height));
      }
    }
    return picture;
  }
}
