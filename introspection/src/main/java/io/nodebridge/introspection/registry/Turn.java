package io.nodebridge.introspection.registry;

import io.avaje.jsonb.Json;
import io.nodebridge.events.message.NodeStatus;
import java.time.Instant;

/// A line of a node's history.
///
/// @param generation of the registry that saw it
@Json
record Turn(long incarnation, NodeStatus status, Instant since, long generation) {}
