package io.nodebridge.workers.stamping;

import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.message.StepCall;
import io.nodebridge.workers.step.StepContent;
import java.util.Map;

/// `content.hash`: the BLAKE3 of `input.content`.
final class HashStep {
  static final String CAPABILITY = "content.hash";

  private HashStep() {}

  static Map<String, Object> run(StepCall call) {
    byte[] content = StepContent.of(call);
    return Map.of("hash", ContentHash.of(content), "sizeBytes", content.length);
  }
}
