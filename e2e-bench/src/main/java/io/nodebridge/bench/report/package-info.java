/// The outcome of a run: files, the table, and how far a run is.
@NullMarked
package io.nodebridge.bench.report;

import org.jspecify.annotations.NullMarked;
