package io.nodebridge.bench.report.html;

import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.span;
import static j2html.TagCreator.tag;

import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import j2html.tags.specialized.FigureTag;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/// Curves or dots over two axes, with a legend.
///
/// @param title what is shown, and for what cannot show pictures, what it says
record Plot(String title, Scale x, Scale y, List<Line> lines, List<Mark> marks) {
  static final double WIDTH = 360;
  static final double HEIGHT = 200;

  private static final double LEFT = 52;
  private static final double RIGHT = WIDTH - 10;
  private static final double TOP = 10;
  private static final double BOTTOM = HEIGHT - 34;

  /// An axis with its name and how its ticks are written.
  record Scale(
      String name, double low, double high, boolean logarithmic, DoubleFunction<String> label) {
    private Axis axis(double from, double to) {
      return logarithmic ? Axis.logarithmic(low, high, from, to) : Axis.linear(low, high, from, to);
    }
  }

  record Point(double x, double y) {}

  /// @param dots dots instead of a curve
  record Line(String name, List<Point> points, boolean dots) {}

  /// A place on the horizontal axis that has a name.
  record Mark(double x, String name) {}

  FigureTag draw() {
    Axis across = x.axis(LEFT, RIGHT);
    Axis up = y.axis(BOTTOM, TOP);
    ContainerTag<?> picture =
        Shapes.svg(WIDTH, HEIGHT)
            .with(tag("title").withText(title))
            .with(each(up.ticks(), tick -> horizontal(up, tick)))
            .with(
                marks.isEmpty()
                    ? each(across.ticks(), tick -> below(across.at(tick), x.label().apply(tick)))
                    : each(marks, mark -> below(across.at(mark.x()), mark.name())))
            .with(text(RIGHT, HEIGHT - 4, "end", x.name()))
            .with(text(LEFT, TOP - 1, "start", y.name()));
    for (int line = 0; line < lines.size(); line++) {
      picture.with(drawn(lines.get(line), line, across, up));
    }
    return figure()
        .withClass("plot")
        .with(figcaption(title), picture)
        .with(lines.size() > 1 ? legend() : div());
  }

  private DomContent legend() {
    return div()
        .withClass("legend")
        .with(
            each(
                lines,
                line ->
                    span(
                        span().withClass("swatch line" + lines.indexOf(line)), span(line.name()))));
  }

  private DomContent horizontal(Axis up, double tick) {
    return each(
        Shapes.line("grid", LEFT, RIGHT, up.at(tick), up.at(tick)),
        text(LEFT - 4, up.at(tick) + 3.5, "end", y.label().apply(tick)));
  }

  private static DomContent below(double place, String label) {
    return text(place, BOTTOM + 14, "middle", label);
  }

  private static DomContent drawn(Line line, int number, Axis across, Axis up) {
    String colour = "line" + number;
    if (line.dots()) {
      return each(
          line.points(),
          point -> Shapes.circle(colour, across.at(point.x()), up.at(point.y()), 2.5));
    }
    String points =
        line.points().stream()
            .map(point -> across.place(point.x()) + "," + up.place(point.y()))
            .collect(Collectors.joining(" "));
    return tag("polyline").withClass("curve " + colour).attr("points", points);
  }

  private static DomContent text(double x, double y, String anchor, String label) {
    return tag("text")
        .attr("x", Axis.text(x))
        .attr("y", Axis.text(y))
        .attr("text-anchor", anchor)
        .withText(label);
  }
}
