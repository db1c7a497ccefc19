/// Starts and stops a whole NodeBridge: each part in its own process, durable, on free ports.
@NullMarked
package io.nodebridge.bench.stack;

import org.jspecify.annotations.NullMarked;
