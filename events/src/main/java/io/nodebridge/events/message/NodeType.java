package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.Locale;

/// What kind of work a node does. `EFFECT` does I/O, `COMPUTE` does not.
public enum NodeType {
  EFFECT,
  COMPUTE,
  ORCHESTRATOR,
  REDUCER;

  /// The word on the wire.
  @Json.Value
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
