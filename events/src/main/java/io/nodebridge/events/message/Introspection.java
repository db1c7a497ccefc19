package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node's description of itself: announced at start, on request and on change; with reason `left`
/// it is the farewell.
@Json
public record Introspection(
    String nodeId,
    long incarnation,
    String name,
    NodeType type,
    String version,
    List<String> capabilities,
    Endpoints endpoints,
    String state,
    Limits limits,
    @Nullable String role,
    @Nullable String networkId,
    @Nullable String deploymentId,
    long epoch,
    String reason,
    @Nullable String correlationId) {

  public Introspection {
    capabilities = capabilities == null ? List.of() : List.copyOf(capabilities);
  }

  /// What the node may use.
  @Json
  public record Limits(int cores, long memoryMb) {}
}
