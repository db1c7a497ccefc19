/// How ids are derived: the same input gives the same id, so that a retry is never a second
/// workflow.
@NullMarked
package io.nodebridge.events.id;

import org.jspecify.annotations.NullMarked;
