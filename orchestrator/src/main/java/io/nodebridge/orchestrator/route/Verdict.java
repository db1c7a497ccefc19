package io.nodebridge.orchestrator.route;

import io.nodebridge.events.message.NodeState;
import org.jspecify.annotations.Nullable;

/// What the registry says of a node.
///
/// @param state null if the registry has forgotten the node
public record Verdict(String nodeId, @Nullable NodeState state) {}
