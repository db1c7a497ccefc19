/// Reads the event log: decodes records, claims partitions, and puts what was read in line.
@NullMarked
package io.nodebridge.reducer.poll;

import org.jspecify.annotations.NullMarked;
