/// The front door: a client's request becomes a record on the request topic before it is answered.
@NullMarked
package io.nodebridge.orchestrator.accept;

import org.jspecify.annotations.NullMarked;
