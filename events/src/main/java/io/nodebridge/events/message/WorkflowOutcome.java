package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How a workflow ended, as `POST /v1/workflows` answers with `Prefer: wait=N`.
///
/// Each field is the one of that name in the reducer's view of the workflow, which has more of
/// them. `steps` are absent where a repeat is answered from memory. `bodyHash` is the BLAKE3 of the
/// request that ended so.
@Json
public record WorkflowOutcome(
    UUID workflowId,
    WorkflowState state,
    @Nullable Stamp stamp,
    @Nullable List<StepRun> steps,
    @Nullable WorkflowError error,
    @Nullable String bodyHash) {

  public WorkflowOutcome {
    steps = steps == null ? null : List.copyOf(steps);
  }
}
