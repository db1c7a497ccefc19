package io.nodebridge.bench.report.html;

import static j2html.TagCreator.div;

import j2html.tags.specialized.DivTag;
import j2html.tags.specialized.TableTag;

/// A table that may be wider than the page: it scrolls by itself, also by keyboard.
final class Wide {
  private Wide() {}

  /// @param label what it is to those who do not see it
  static DivTag of(String label, TableTag table) {
    return div()
        .withClass("wide")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", label)
        .with(table);
  }
}
