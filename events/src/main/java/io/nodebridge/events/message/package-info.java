/// The documents of the wire as records, and the JSON codec that reads and writes them.
@NullMarked
package io.nodebridge.events.message;

import org.jspecify.annotations.NullMarked;
