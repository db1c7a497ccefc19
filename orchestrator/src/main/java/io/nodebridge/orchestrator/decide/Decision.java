package io.nodebridge.orchestrator.decide;

/// What follows from a signal: the new state, and the step to run if there is one.
public sealed interface Decision {
  Workflow state();

  /// Run this attempt of this step.
  record Run(Workflow.Processing state, Step step, int attempt) implements Decision {}

  /// Nothing more to do.
  record End(Workflow state) implements Decision {}
}
