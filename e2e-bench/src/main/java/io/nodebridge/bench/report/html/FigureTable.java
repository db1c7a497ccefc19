package io.nodebridge.bench.report.html;

import static j2html.TagCreator.each;
import static j2html.TagCreator.fieldset;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.input;
import static j2html.TagCreator.label;
import static j2html.TagCreator.legend;
import static j2html.TagCreator.section;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import io.nodebridge.bench.measure.Stats;
import io.nodebridge.bench.report.Figures;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Benchmark;
import j2html.tags.DomContent;
import j2html.tags.specialized.FieldsetTag;
import j2html.tags.specialized.SectionTag;
import j2html.tags.specialized.TrTag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// All statistics of all benchmarks, in an order that the reader chooses: each row knows its place
/// in every order, and the style sheet takes the one that is chosen. No script is needed.
final class FigureTable {
  private static final String AS_RUN = "run";
  private static final String BY_NAME = "name";
  private static final List<String> COUNTS = List.of("outliers", "ops");

  private FigureTable() {}

  static SectionTag of(Results results) {
    Map<String, List<Benchmark>> orders = orders(results.benchmarks());
    return section()
        .with(h2("All figures"))
        .with(choice(orders.keySet().stream().toList()))
        .with(
            Wide.of(
                "table",
                table()
                    .withClass("sortable")
                    .attr("role", "table")
                    .with(thead(head()).attr("role", "rowgroup"))
                    .with(
                        tbody(each(results.benchmarks(), b -> row(b, orders)))
                            .attr("role", "rowgroup"))));
  }

  /// The rules that put the rows into the order that is chosen.
  static String rules() {
    StringBuilder rules = new StringBuilder();
    rules.append(".sortable{grid-template-columns:repeat(" + columns().size() + ",auto)}\n");
    for (String order : names()) {
      rules.append(
          "#figures:has(#by-%1$s:checked) .sortable tbody tr{order:var(--%1$s)}\n"
              .formatted(order));
    }
    return rules.toString();
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>(List.of(AS_RUN, BY_NAME));
    names.addAll(Stats.NAMES);
    return names;
  }

  // Figures the largest first; what has none comes last.
  private static Map<String, List<Benchmark>> orders(List<Benchmark> benchmarks) {
    Map<String, List<Benchmark>> orders = new LinkedHashMap<>();
    orders.put(AS_RUN, benchmarks);
    orders.put(BY_NAME, sorted(benchmarks, Comparator.comparing(Benchmark::name)));
    for (String statistic : Stats.NAMES) {
      ToDoubleFunction<Benchmark> figure =
          b -> b.stats() == null ? Double.NEGATIVE_INFINITY : b.stats().figure(statistic);
      orders.put(statistic, sorted(benchmarks, Comparator.comparingDouble(figure).reversed()));
    }
    return orders;
  }

  private static List<Benchmark> sorted(List<Benchmark> all, Comparator<Benchmark> by) {
    return all.stream().sorted(by).toList();
  }

  private static FieldsetTag choice(List<String> orders) {
    FieldsetTag choice = fieldset().withClass("choice").with(legend("Order by"));
    for (String order : orders) {
      DomContent button =
          input()
              .withType("radio")
              .withName("order")
              .withId("by-" + order)
              .withCondChecked(order.equals(AS_RUN));
      choice.with(label().with(button).withText(order));
    }
    return choice;
  }

  private static TrTag head() {
    TrTag head = tr().attr("role", "row");
    columns().forEach(column -> head.with(th(column).attr("role", "columnheader")));
    return head;
  }

  private static List<String> columns() {
    List<String> columns =
        new ArrayList<>(List.of("benchmark", "verdict", "grade", "samples", "steady"));
    columns.addAll(Stats.NAMES);
    return columns;
  }

  private static TrTag row(Benchmark benchmark, Map<String, List<Benchmark>> orders) {
    StringBuilder places = new StringBuilder();
    orders.forEach(
        (order, benchmarks) ->
            places.append("--" + order + ":" + benchmarks.indexOf(benchmark) + ";"));
    TrTag row =
        tr().attr("role", "row")
            .withStyle(places.toString())
            .with(th(benchmark.name()).attr("role", "rowheader"))
            .with(cell(Lamps.lamp(benchmark.verdict())))
            .with(cell(benchmark.grade() == null ? "–" : benchmark.grade()))
            .with(cell(Figures.plain(benchmark.samples())))
            .with(cell(benchmark.steady() ? "yes" : "no"));
    Stats stats = benchmark.stats();
    for (String statistic : Stats.NAMES) {
      row.with(cell(stats == null ? "–" : text(statistic, stats.figure(statistic))));
    }
    return row;
  }

  private static String text(String statistic, double figure) {
    return COUNTS.contains(statistic) ? Figures.plain(figure) : Figures.duration(figure);
  }

  private static DomContent cell(String text) {
    return td(text).attr("role", "cell").withClass("number");
  }

  private static DomContent cell(DomContent content) {
    return td(content).attr("role", "cell");
  }
}
