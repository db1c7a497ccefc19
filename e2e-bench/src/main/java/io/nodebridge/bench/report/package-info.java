/// The outcome of a run: results.json and the table on standard output.
@NullMarked
package io.nodebridge.bench.report;

import org.jspecify.annotations.NullMarked;
