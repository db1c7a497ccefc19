package io.nodebridge.bench.report.html;

import static j2html.TagCreator.a;
import static j2html.TagCreator.body;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.head;
import static j2html.TagCreator.header;
import static j2html.TagCreator.html;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.span;
import static j2html.TagCreator.style;
import static j2html.TagCreator.title;

import io.nodebridge.bench.report.Figures;
import io.nodebridge.bench.report.Headline;
import io.nodebridge.bench.report.Results;
import j2html.tags.DomContent;
import j2html.tags.specialized.HeaderTag;
import j2html.tags.specialized.SectionTag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// The whole report: the verdict, a card for each benchmark, the comparison, the hops, curves, the
/// evidence, all figures.
public final class ReportPage {
  private static final String NOTHING_BUT_ITS_STYLE =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
  private static final int SHORT_COMMIT = 10;

  private ReportPage() {}

  /// The page of a run, as HTML.
  public static String of(Results results) {
    Map<String, SectionTag> sections = new LinkedHashMap<>();
    sections.put("benchmarks", Lamps.of(results));
    Ratios.of(results).ifPresent(section -> sections.put("ratios", section));
    Waterfall.of(results).ifPresent(section -> sections.put("hops", section));
    Curves.of(results).ifPresent(section -> sections.put("curves", section));
    sections.put("evidence", Evidence.of(results));
    sections.put("figures", FigureTable.of(results));
    return "<!DOCTYPE html>\n"
        + html()
            .attr("lang", "en")
            .with(
                head()
                    .with(meta().withCharset("utf-8"))
                    .with(
                        meta()
                            .withName("viewport")
                            .withContent("width=device-width, initial-scale=1"))
                    .with(
                        meta()
                            .attr("http-equiv", "Content-Security-Policy")
                            .withContent(NOTHING_BUT_ITS_STYLE))
                    .with(meta().withName("color-scheme").withContent("light dark"))
                    .with(title("NodeBridge: " + results.verdict()))
                    .with(style(rawHtml(css() + FigureTable.rules()))))
            .with(
                body(
                    verdict(results, sections.keySet()),
                    main(each(sections, (id, section) -> section.withId(id))),
                    machine(results)))
            .render()
        + "\n";
  }

  private static HeaderTag verdict(Results results, Set<String> sections) {
    return header()
        .withClass("verdict " + results.verdict())
        .with(h1(results.verdict().name()))
        .with(p(Headline.of(results)))
        .with(facts(results))
        .with(nav(each(sections, id -> a(id).withHref("#" + id))));
  }

  private static DomContent facts(Results results) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("stack", results.provider() == null ? "none" : results.provider());
    facts.put("profile", results.profile());
    String commit = results.commit();
    facts.put(
        "commit",
        commit == null ? "unknown" : commit.substring(0, Math.min(SHORT_COMMIT, commit.length())));
    facts.put("machine", results.machine().fingerprint());
    facts.put("JDK", results.machine().jdk());
    facts.put("system", results.machine().os());
    return dl().with(each(facts, (name, value) -> div().with(dt(name), dd(value))));
  }

  private static DomContent machine(Results results) {
    Map<String, Double> health = new TreeMap<>(results.health());
    return footer()
        .with(
            p(
                "Figures are of this machine and this run; figures of different machines, stacks or"
                    + " profiles are not compared. How the machine was:"))
        .with(
            p().with(
                    each(
                        health,
                        (name, value) ->
                            span(name + " " + Figures.three(value)).withClass("health"))));
  }

  private static String css() {
    try (InputStream css = ReportPage.class.getResourceAsStream("report.css")) {
      return new String(Objects.requireNonNull(css).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
