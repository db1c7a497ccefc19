package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What happened to one workflow. Events of a workflow are numbered 1, 2, 3 … without gaps; one
/// event may carry several transitions and steps, and carries at least one of either.
///
/// `processingMicros` counts from the poll of the request to this event; `bodyHash` is the BLAKE3
/// of the request's bytes, by which a repeat under the same id is told from a conflict. The first
/// event names the definition's text by `definitionHash`: the workflow keeps to it.
@Json
public record WorkflowEvent(
    UUID workflowId,
    int sequence,
    String namespace,
    String definition,
    int definitionVersion,
    @Nullable String definitionHash,
    List<Transition> transitions,
    List<StepRun> steps,
    @Nullable Stamp stamp,
    long sizeBytes,
    String contentType,
    long processingMicros,
    String bodyHash,
    @Nullable WorkflowError error) {

  public WorkflowEvent {
    if (sequence < 1) {
      throw new InvalidMessageException("sequence", "" + sequence, "must be 1 or more");
    }
    if (sizeBytes < 0) {
      throw new InvalidMessageException("sizeBytes", "" + sizeBytes, "must be 0 or more");
    }
    if (processingMicros < 0) {
      throw new InvalidMessageException(
          "processingMicros", "" + processingMicros, "must be 0 or more");
    }
    transitions = transitions == null ? List.of() : List.copyOf(transitions);
    steps = steps == null ? List.of() : List.copyOf(steps);
    if (transitions.isEmpty() && steps.isEmpty()) {
      throw new InvalidMessageException(
          "transitions", "none", "an event carries at least one transition or step");
    }
  }

  /// The state after this event.
  public WorkflowState state() {
    return transitions.isEmpty() ? WorkflowState.PROCESSING : transitions.getLast().to();
  }
}
