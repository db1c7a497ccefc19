/// The step protocol's client: one attempt of a remote step over HTTP.
@NullMarked
package io.nodebridge.orchestrator.call;

import org.jspecify.annotations.NullMarked;
