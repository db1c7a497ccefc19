package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;

/// The registry's verdict on a node; routing reads nothing else.
@Json
public record NodeState(
    String nodeId,
    long incarnation,
    NodeStatus status,
    Instant since,
    NodeType type,
    List<String> capabilities,
    Endpoints endpoints) {

  public NodeState {
    capabilities = capabilities == null ? List.of() : List.copyOf(capabilities);
  }
}
