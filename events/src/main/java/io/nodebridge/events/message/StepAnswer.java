package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.Map;

/// What a worker answers with status 200.
@Json
public record StepAnswer(Map<String, Object> result) {

  public StepAnswer {
    if (result == null) {
      throw new InvalidMessageException("result", "nothing", "a step's answer carries a result");
    }
    result = Map.copyOf(result);
  }
}
