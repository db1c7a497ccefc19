package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.Map;
import java.util.UUID;

/// Body of `POST <api>/v1/steps/<capability>`: what a worker is asked to do.
@Json
public record StepCall(
    UUID workflowId, String step, int attempt, String namespace, Map<String, Object> input) {

  public StepCall {
    input = input == null ? Map.of() : Map.copyOf(input);
  }
}
