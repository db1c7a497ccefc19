package io.nodebridge.orchestrator.decide;

import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowState;

/// A workflow's state. Each state has only its legal moves, so an illegal one does not compile:
/// PENDING → PROCESSING | FAILED, PROCESSING → COMPLETED | FAILED.
public sealed interface Workflow {

  WorkflowState state();

  /// Accepted, nothing done yet.
  record Pending(Definition definition) implements Workflow {
    @Override
    public WorkflowState state() {
      return WorkflowState.PENDING;
    }

    Processing start() {
      return new Processing(definition, 0);
    }

    public Failed fail(WorkflowError error) {
      return new Failed(error);
    }
  }

  /// Under way; `next` is the index of the step that runs now.
  record Processing(Definition definition, int next) implements Workflow {
    @Override
    public WorkflowState state() {
      return WorkflowState.PROCESSING;
    }

    Step step() {
      return definition.steps().get(next);
    }

    boolean atLastStep() {
      return next == definition.steps().size() - 1;
    }

    Processing advance() {
      return new Processing(definition, next + 1);
    }

    Completed complete() {
      return new Completed();
    }

    Failed fail(WorkflowError error) {
      return new Failed(error);
    }
  }

  /// Every step is done.
  record Completed() implements Workflow {
    @Override
    public WorkflowState state() {
      return WorkflowState.COMPLETED;
    }
  }

  /// Ended with a reason.
  record Failed(WorkflowError error) implements Workflow {
    @Override
    public WorkflowState state() {
      return WorkflowState.FAILED;
    }
  }

  /// What a workflow is told.
  sealed interface Signal {
    /// It may begin.
    record Begin() implements Signal {}

    /// An attempt of the present step brought a result.
    record StepDone(StepRun run) implements Signal {}

    /// An attempt of the present step failed; `retryable` if another may succeed.
    record StepFailed(StepRun run, WorkflowError error, boolean retryable) implements Signal {}
  }
}
