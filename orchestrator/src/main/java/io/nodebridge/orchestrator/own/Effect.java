package io.nodebridge.orchestrator.own;

import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowOutcome;
import io.nodebridge.orchestrator.decide.Decision.Task;
import io.nodebridge.orchestrator.decide.Workflow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a partition asks of the world. Whoever performs it tells the partition what came of it.
public sealed interface Effect {

  /// Put this on the event log, again and again until it is acknowledged; then say so.
  ///
  /// @param definitionHash with the first event only
  record Append(
      Request request,
      int sequence,
      MessageType type,
      int definitionVersion,
      @Nullable String definitionHash,
      List<Transition> transitions,
      List<StepRun> steps,
      @Nullable Stamp stamp,
      @Nullable WorkflowError error)
      implements Effect {
    public Append {
      transitions = List.copyOf(transitions);
      steps = List.copyOf(steps);
    }

    public boolean terminal() {
      return type == MessageType.WORKFLOW_COMPLETED || type == MessageType.WORKFLOW_FAILED;
    }
  }

  /// Do one attempt of a step and tell its end.
  ///
  /// @param state as it is when the attempt begins
  record Perform(Request request, Task task, Workflow.Processing state) implements Effect {}

  /// Pass a request on as one that can never be run.
  record Reject(Request request, String reason) implements Effect {}

  /// A workflow's terminal event is on the log.
  record Ended(Request request, WorkflowOutcome outcome) implements Effect {}

  /// Stop this partition until a person has helped.
  record Halt(String reason) implements Effect {}
}
