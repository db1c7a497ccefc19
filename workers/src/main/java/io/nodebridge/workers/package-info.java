/// Real step services behind the step protocol: [io.nodebridge.workers.stamping] hashes a content,
/// [io.nodebridge.workers.insight] says how much can be told from it. Start with
/// [io.nodebridge.workers.step.Worker]. Depends on `events` and `introspection`.
@NullMarked
package io.nodebridge.workers;

import org.jspecify.annotations.NullMarked;
