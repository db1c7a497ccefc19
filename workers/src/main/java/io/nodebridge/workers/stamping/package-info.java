/// The stamping worker: capability `content.hash`, BLAKE3 of a content.
@NullMarked
package io.nodebridge.workers.stamping;

import org.jspecify.annotations.NullMarked;
