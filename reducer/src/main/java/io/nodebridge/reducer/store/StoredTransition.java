package io.nodebridge.reducer.store;

import io.avaje.jsonb.Json;
import io.nodebridge.events.message.Transition;
import io.nodebridge.reducer.fold.WorkflowChange;
import java.util.List;

/// A transition as a row keeps it: with the sequence of the event that told of it.
@Json
public record StoredTransition(int sequence, Transition move) {

  static List<StoredTransition> of(WorkflowChange change) {
    return change.facts().stream()
        .flatMap(
            fact ->
                fact.event().transitions().stream()
                    .map(move -> new StoredTransition(fact.event().sequence(), move)))
        .toList();
  }
}
