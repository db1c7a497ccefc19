/// How a process makes itself known: it announces itself, beats, answers the registry's requests
/// and says good-bye.
///
/// Start with [io.nodebridge.introspection.node.Node]. May depend on `events` only.
@NullMarked
package io.nodebridge.introspection.node;

import org.jspecify.annotations.NullMarked;
