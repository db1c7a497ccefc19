package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.Locale;

/// How a node judges itself.
public enum NodeHealth {
  HEALTHY,
  DEGRADED,
  UNHEALTHY,
  CRITICAL,
  RECOVERING;

  /// The word on the wire.
  @Json.Value
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
