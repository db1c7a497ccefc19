/// Requests are polled, run to their end on virtual threads, and their offsets committed behind
/// them.
@NullMarked
package io.nodebridge.orchestrator.run;

import org.jspecify.annotations.NullMarked;
