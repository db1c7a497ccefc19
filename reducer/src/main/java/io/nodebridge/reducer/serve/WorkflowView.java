package io.nodebridge.reducer.serve;

import io.avaje.jsonb.Json;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowState;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A workflow as its committed row tells it. `createdAt` and `updatedAt` are the times of its first
/// and its newest event; `bodyHash` is the BLAKE3 of the request.
@Json
public record WorkflowView(
    UUID workflowId,
    String namespace,
    String definition,
    int definitionVersion,
    WorkflowState state,
    int sequence,
    List<Transition> transitions,
    List<StepRun> steps,
    @Nullable Stamp stamp,
    long sizeBytes,
    String contentType,
    long processingMicros,
    @Nullable WorkflowError error,
    String bodyHash,
    Instant createdAt,
    Instant updatedAt) {

  public WorkflowView {
    transitions = List.copyOf(transitions);
    steps = List.copyOf(steps);
  }
}
