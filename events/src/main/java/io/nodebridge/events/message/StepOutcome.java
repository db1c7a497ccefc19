package io.nodebridge.events.message;

/// How an attempt of a step ended. DEGRADED: failed, and the workflow goes on without its result.
public enum StepOutcome {
  COMPLETED,
  FAILED,
  DEGRADED,
  SKIPPED
}
