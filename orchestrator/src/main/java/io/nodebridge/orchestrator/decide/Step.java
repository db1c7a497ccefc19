package io.nodebridge.orchestrator.decide;

import java.time.Duration;

/// One step of a definition: run by the orchestrator itself, or called at a worker.
public sealed interface Step {
  String name();

  /// A step that the orchestrator runs in its own process.
  record BuiltIn(String name, Work work) implements Step {}

  /// A step that any worker with the capability can do; `timeout` bounds each attempt.
  record Remote(String name, String capability, Duration timeout, int attempts) implements Step {}

  /// What the orchestrator can do itself.
  enum Work {
    VALIDATE,
    HASH,
    STAMP
  }
}
