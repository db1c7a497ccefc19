package io.nodebridge.introspection.registry;

import io.avaje.jsonb.Json;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.NodeType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A person's "introduce yourselves"; no types are all.
@Json
record InquiryRequest(@Nullable List<NodeType> targetTypes, @Nullable Long timeoutMs) {
  static final long DEFAULT_MILLIS = 5_000;
  static final long MAX_MILLIS = 60_000;

  List<NodeType> types() {
    return targetTypes == null ? List.of() : targetTypes;
  }

  long timeoutMillis() {
    long millis = timeoutMs == null ? DEFAULT_MILLIS : timeoutMs;
    if (millis < 1 || millis > MAX_MILLIS) {
      throw new InvalidMessageException("timeoutMs", "" + millis, "must be 1 to " + MAX_MILLIS);
    }
    return millis;
  }
}
