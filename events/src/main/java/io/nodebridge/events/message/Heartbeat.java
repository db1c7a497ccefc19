package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.Map;

/// A node's sign of life. Only a beat with a higher (incarnation, sequence) counts.
@Json
public record Heartbeat(
    String nodeId,
    long incarnation,
    long sequence,
    NodeType type,
    NodeHealth health,
    long uptimeSeconds,
    Instant lastActivityAt,
    int activeOperations,
    Resources resources,
    Map<String, String> metadata) {

  public Heartbeat {
    metadata = metadata == null ? Map.of() : Map.copyOf(metadata);
  }

  /// What the process uses. `stale`: the sampler did not deliver in time, the values are old.
  @Json
  public record Resources(
      double cpuPercent, double memoryMb, double memoryPercent, int threads, boolean stale) {}
}
