/// `report.html`: one file, to be read by looking. [ReportPage] puts it together from its sections,
/// each a class. What it says depends on the results alone, so that the same results give the same
/// bytes.
///
/// j2html writes every text and attribute and escapes it; [Axis] is the arithmetic of the pictures.
@NullMarked
package io.nodebridge.bench.report.html;

import org.jspecify.annotations.NullMarked;
