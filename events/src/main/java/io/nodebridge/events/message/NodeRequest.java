package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.List;

/// The registry's "introduce yourselves"; an empty list of types means all.
@Json
public record NodeRequest(
    String registryId,
    String reason,
    List<NodeType> targetTypes,
    long timeoutMs,
    String correlationId) {

  public NodeRequest {
    targetTypes = targetTypes == null ? List.of() : List.copyOf(targetTypes);
  }
}
