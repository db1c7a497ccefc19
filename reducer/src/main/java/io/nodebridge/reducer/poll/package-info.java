/// Reads the event log: decodes records, claims partitions, and keeps fold and commit in step.
@NullMarked
package io.nodebridge.reducer.poll;

import org.jspecify.annotations.NullMarked;
