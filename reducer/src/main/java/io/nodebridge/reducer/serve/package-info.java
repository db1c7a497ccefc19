/// The read side: what was committed, over HTTP, from a pool of its own.
@NullMarked
package io.nodebridge.reducer.serve;

import org.jspecify.annotations.NullMarked;
