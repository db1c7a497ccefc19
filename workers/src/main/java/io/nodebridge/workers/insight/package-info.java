/// The insight worker: capability `content.insight`, how much can be told from a content and how
/// surely.
@NullMarked
package io.nodebridge.workers.insight;

import org.jspecify.annotations.NullMarked;
