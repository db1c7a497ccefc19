package io.nodebridge.orchestrator.call;

import io.nodebridge.orchestrator.route.Instance;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How one attempt of a step ended.
public sealed interface StepResult {
  /// The step's answer.
  record Answer(Map<String, Object> result) implements StepResult {}

  /// No answer; `retryable` if another attempt may bring one, but not before `retryAfter`.
  record Failure(String code, String message, boolean retryable, Duration retryAfter)
      implements StepResult {

    public Failure(String code, String message, boolean retryable) {
      this(code, message, retryable, Duration.ZERO);
    }
  }

  /// One attempt at a worker.
  ///
  /// @param instance who was asked; null if there was nobody
  /// @param workNanos how long the worker says that it worked; 0 if it does not say
  record Called(@Nullable Instance instance, StepResult result, long workNanos) {}
}
