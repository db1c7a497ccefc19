package io.nodebridge.reducer.serve;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `GET /v1/workflows` answers.
///
/// @param next the `cursor` of the next page; absent on the last one
@Json
record WorkflowPage(List<WorkflowView> workflows, @Nullable String next) {
  WorkflowPage {
    workflows = List.copyOf(workflows);
  }
}
