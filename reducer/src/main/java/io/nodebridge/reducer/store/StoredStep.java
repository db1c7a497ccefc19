package io.nodebridge.reducer.store;

import io.avaje.jsonb.Json;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.reducer.fold.WorkflowChange;
import java.util.List;

/// A step as a row keeps it: with the sequence of the event that told of it, so that the statement
/// appends only what is new to the row.
@Json
public record StoredStep(int sequence, StepRun run) {

  static List<StoredStep> of(WorkflowChange change) {
    return change.facts().stream()
        .flatMap(
            fact ->
                fact.event().steps().stream()
                    .map(run -> new StoredStep(fact.event().sequence(), run)))
        .toList();
  }
}
