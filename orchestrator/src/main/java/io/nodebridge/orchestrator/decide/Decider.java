package io.nodebridge.orchestrator.decide;

import io.nodebridge.orchestrator.decide.Workflow.Signal;

/// The whole of a workflow's logic as one pure function of state and signal.
public final class Decider {
  private Decider() {}

  /// What follows from `signal` in `state`.
  ///
  /// @throws IllegalStateException if the state has no such move; the caller has a fault
  public static Decision decide(Workflow state, Signal signal) {
    return switch (state) {
      case Workflow.Pending pending ->
          switch (signal) {
            case Signal.Begin _ -> runFirst(pending.start());
            case Signal.StepDone _, Signal.StepFailed _ -> throw illegal(state, signal);
          };
      case Workflow.Processing processing ->
          switch (signal) {
            case Signal.StepDone _ ->
                processing.atLastStep()
                    ? new Decision.End(processing.complete())
                    : runFirst(processing.advance());
            case Signal.StepFailed failed -> retryOrFail(processing, failed);
            case Signal.Begin _ -> throw illegal(state, signal);
          };
      case Workflow.Completed _, Workflow.Failed _ -> throw illegal(state, signal);
    };
  }

  private static Decision runFirst(Workflow.Processing processing) {
    return new Decision.Run(processing, processing.step(), 1);
  }

  private static Decision retryOrFail(Workflow.Processing processing, Signal.StepFailed failed) {
    int attempts =
        switch (processing.step()) {
          case Step.BuiltIn _ -> 1;
          case Step.Remote remote -> remote.attempts();
        };
    int tried = failed.run().attempt();
    return failed.retryable() && tried < attempts
        ? new Decision.Run(processing, processing.step(), tried + 1)
        : new Decision.End(processing.fail(failed.error()));
  }

  private static IllegalStateException illegal(Workflow state, Signal signal) {
    return new IllegalStateException(
        "a workflow in " + state.state() + " takes no " + signal.getClass().getSimpleName());
  }
}
