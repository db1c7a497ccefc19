/// Runs beside other runs: baselines, the history, and what chance alone does to a comparison.
/// Start with [Comparison].
@NullMarked
package io.nodebridge.bench.compare;

import org.jspecify.annotations.NullMarked;
