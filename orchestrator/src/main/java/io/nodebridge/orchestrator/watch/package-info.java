/// Reads the registry's verdicts, the only thing that routing goes by.
@NullMarked
package io.nodebridge.orchestrator.watch;

import org.jspecify.annotations.NullMarked;
