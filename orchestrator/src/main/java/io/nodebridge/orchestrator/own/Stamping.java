package io.nodebridge.orchestrator.own;

import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.message.Stamp;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What the steps' results say of the stamp.
public final class Stamping {
  public static final String STAMP_ID = "stampId";

  private Stamping() {}

  /// What a step answered as `hash`.
  public static @Nullable Object hashIn(Map<String, Map<String, Object>> results) {
    return results.values().stream()
        .map(result -> result.get("hash"))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  // A workflow that has stamped nothing ends without a stamp.
  static @Nullable Stamp stampOf(UUID id, Map<String, Map<String, Object>> results) {
    for (Map<String, Object> result : results.values()) {
      if (result.containsKey(STAMP_ID) && hashIn(results) instanceof String hash) {
        return stamp(id, hash);
      }
    }
    return null;
  }

  static Stamp stamp(UUID id, String hash) {
    return new Stamp(WorkflowIds.ofStamp(id), hash, Stamp.METADATA_VERSION);
  }
}
