package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One attempt of one step: how it ended, how long it took (microseconds) and which instance ran it
/// (`null` for steps that the orchestrator runs itself).
@Json
public record StepRun(
    String name,
    int attempt,
    StepOutcome outcome,
    Instant startedAt,
    long durationMicros,
    @Nullable String instance,
    Map<String, Object> result) {

  public StepRun {
    result = result == null ? Map.of() : Map.copyOf(result);
  }
}
