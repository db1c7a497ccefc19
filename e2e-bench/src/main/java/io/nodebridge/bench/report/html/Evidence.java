package io.nodebridge.bench.report.html;

import static j2html.TagCreator.code;
import static j2html.TagCreator.details;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.p;
import static j2html.TagCreator.pre;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.report.Figures;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Benchmark;
import io.nodebridge.bench.report.Results.Threshold;
import io.nodebridge.bench.report.Verdict;
import j2html.tags.DomContent;
import j2html.tags.specialized.DetailsTag;
import j2html.tags.specialized.SectionTag;
import j2html.tags.specialized.TrTag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What was checked and judged of each benchmark, and the command that runs it again; open where
/// something is wrong.
final class Evidence {
  private static final DomContent HEAD =
      thead(tr(th("what"), th("expected"), th("was"), th("held")));

  private Evidence() {}

  static SectionTag of(Results results) {
    List<Benchmark> worstFirst =
        results.benchmarks().stream().sorted(Comparator.comparing(Benchmark::verdict)).toList();
    return section()
        .with(h2("Evidence"))
        .with(p("Every check and limit, and the command that measures it again."))
        .with(each(worstFirst, Evidence::of));
  }

  private static DetailsTag of(Benchmark benchmark) {
    DetailsTag of =
        details()
            .with(summary(Lamps.lamp(benchmark.verdict()), span(benchmark.name())))
            .with(pre(code(benchmark.command())))
            .with(judged(benchmark));
    if (benchmark.verdict() != Verdict.PASS) {
      of.attr("open");
    }
    Map<String, Double> extra = new TreeMap<>(benchmark.extra());
    if (!extra.isEmpty()) {
      of.with(
          wide(
              thead(tr(th("side figure"), th("value"))),
              extra.entrySet().stream()
                  .map(figure -> tr(th(figure.getKey()), number(Figures.plain(figure.getValue()))))
                  .toList()));
    }
    return of;
  }

  // What did not hold is seen at once, the rest when it is asked for.
  private static DomContent judged(Benchmark benchmark) {
    List<TrTag> not = new ArrayList<>();
    List<TrTag> held = new ArrayList<>();
    Map<Check, Long> times =
        benchmark.checks().stream()
            .collect(
                Collectors.groupingBy(check -> check, LinkedHashMap::new, Collectors.counting()));
    times.forEach((check, count) -> (check.ok() ? held : not).add(row(check, count)));
    benchmark.thresholds().forEach(t -> (t.verdict() == Verdict.PASS ? held : not).add(row(t)));
    return each(
        iff(!not.isEmpty(), wide(HEAD, not)),
        details(summary(held.size() + " held"), wide(HEAD, held)));
  }

  private static TrTag row(Check check, long count) {
    return tr(
        th(check.name() + (count > 1 ? ", × " + count : "")),
        td(check.expected()),
        td(check.actual()),
        td(check.ok() ? span("yes") : span("no").withClass("no")));
  }

  private static TrTag row(Threshold threshold) {
    return tr(
        th(threshold.metric()),
        td(
            (threshold.op().equals(">=") ? "≥ " : "≤ ")
                + Figures.of(threshold.metric(), threshold.limit())),
        td(Figures.of(threshold.metric(), threshold.actual())),
        td(Lamps.lamp(threshold.verdict())));
  }

  private static DomContent wide(DomContent head, List<TrTag> rows) {
    return Wide.of("table", table(head, tbody().with(rows)));
  }

  private static DomContent number(String text) {
    return td(text).withClass("number");
  }
}
