package io.nodebridge.orchestrator.decide;

import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowState;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A workflow's state. Each state has only its legal moves, so an illegal one does not compile:
/// PENDING → PROCESSING | FAILED, PROCESSING → COMPLETED | FAILED.
public sealed interface Workflow {

  WorkflowState state();

  /// Accepted, nothing done yet.
  ///
  /// @param definition null if there is none of the name that was asked for
  /// @param input what conditions may look at
  record Pending(@Nullable Definition definition, Map<String, ?> input) implements Workflow {
    @Override
    public WorkflowState state() {
      return WorkflowState.PENDING;
    }

    Processing start(Definition known, long nowMillis) {
      return new Processing(known, input, nowMillis + known.timeout().toMillis(), 0, 0, Map.of());
    }

    Failed fail(WorkflowError error) {
      return new Failed(error);
    }
  }

  /// Under way.
  ///
  /// @param begun mask of the steps that were begun or skipped
  /// @param ended mask of those of them that need no more doing
  /// @param results of the steps that completed, by name
  record Processing(
      Definition definition,
      Map<String, ?> input,
      long deadlineMillis,
      long begun,
      long ended,
      Map<String, Map<String, Object>> results)
      implements Workflow {
    @Override
    public WorkflowState state() {
      return WorkflowState.PROCESSING;
    }

    /// Whether the step was begun and still runs.
    public boolean runs(String step) {
      return (begun & ~ended & definition.maskOf(step)) != 0;
    }

    boolean allEnded() {
      return ended == definition.all();
    }

    Processing stand(long nowBegun, long nowEnded) {
      return new Processing(definition, input, deadlineMillis, nowBegun, nowEnded, results);
    }

    Processing end(long step) {
      return stand(begun | step, ended | step);
    }

    Processing with(StepRun completed) {
      Map<String, Map<String, Object>> more = new HashMap<>(results);
      more.put(completed.name(), completed.result());
      return new Processing(definition, input, deadlineMillis, begun, ended, more);
    }

    Completed complete() {
      return new Completed();
    }

    Failed fail(WorkflowError error) {
      return new Failed(error);
    }
  }

  /// Every step has ended.
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

    /// An attempt of a step brought a result.
    record StepDone(StepRun run) implements Signal {}

    /// An attempt of a step failed; `retryable` if another may succeed.
    record StepFailed(StepRun run, WorkflowError error, boolean retryable) implements Signal {}

    /// Somebody wants it no more.
    record Cancel(@Nullable String reason) implements Signal {}

    /// Time has passed.
    record Tick() implements Signal {}
  }
}
