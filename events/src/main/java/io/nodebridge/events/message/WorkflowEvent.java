package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What happened to one workflow. Events of a workflow are numbered 1, 2, 3 … without gaps; one
/// event may carry several transitions and steps.
///
/// `processingMicros` counts from the poll of the request to this event; `bodyHash` is the BLAKE3
/// of the request's bytes, by which a repeat under the same id is told from a conflict.
@Json
public record WorkflowEvent(
    UUID workflowId,
    int sequence,
    String namespace,
    String definition,
    int definitionVersion,
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
    if (transitions == null || transitions.isEmpty()) {
      throw new InvalidMessageException("transitions", "none", "an event carries at least one");
    }
    if (sizeBytes < 0) {
      throw new InvalidMessageException("sizeBytes", "" + sizeBytes, "must be 0 or more");
    }
    if (processingMicros < 0) {
      throw new InvalidMessageException(
          "processingMicros", "" + processingMicros, "must be 0 or more");
    }
    transitions = List.copyOf(transitions);
    steps = steps == null ? List.of() : List.copyOf(steps);
  }

  /// The state after this event.
  public WorkflowState state() {
    return transitions.getLast().to();
  }
}
