package io.nodebridge.bench.report.html;

import static j2html.TagCreator.tag;

import j2html.tags.ContainerTag;

/// The shapes of which all pictures are made; the style sheet gives each kind its look.
final class Shapes {
  private Shapes() {}

  static ContainerTag<?> svg(double width, double height) {
    return tag("svg")
        .attr("viewBox", "0 0 " + Axis.text(width) + " " + Axis.text(height))
        .attr("role", "img");
  }

  static ContainerTag<?> line(String kind, double x1, double x2, double y1, double y2) {
    return tag("line")
        .withClass(kind)
        .attr("x1", Axis.text(x1))
        .attr("x2", Axis.text(x2))
        .attr("y1", Axis.text(y1))
        .attr("y2", Axis.text(y2));
  }

  static ContainerTag<?> circle(String kind, double x, double y, double radius) {
    return tag("circle")
        .withClass(kind)
        .attr("cx", Axis.text(x))
        .attr("cy", Axis.text(y))
        .attr("r", Axis.text(radius));
  }

  static ContainerTag<?> rect(double x, double y, double width, double height) {
    return tag("rect")
        .attr("x", Axis.text(x))
        .attr("width", Axis.text(width))
        .attr("y", Axis.text(y))
        .attr("height", Axis.text(height));
  }
}
