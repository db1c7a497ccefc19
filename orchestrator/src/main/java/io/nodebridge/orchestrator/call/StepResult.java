package io.nodebridge.orchestrator.call;

import java.util.Map;

/// How one attempt of a step ended.
public sealed interface StepResult {
  /// The step's answer.
  record Answer(Map<String, Object> result) implements StepResult {}

  /// No answer; `retryable` if another attempt may bring one.
  record Failure(String code, String message, boolean retryable) implements StepResult {}
}
