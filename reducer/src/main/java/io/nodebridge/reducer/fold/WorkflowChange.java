package io.nodebridge.reducer.fold;

import io.nodebridge.events.message.WorkflowEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Everything that a batch says about one workflow. The first event tells what the workflow is, if
/// its row is new; the newest tells how it stands; steps and transitions of all are appended, as
/// far as they are new to the row.
///
/// @param facts in rising sequence; only the last of them may be terminal
public record WorkflowChange(List<LogEntry.Fact> facts) {

  public WorkflowChange {
    facts = List.copyOf(facts);
  }

  public UUID workflowId() {
    return newest().workflowId();
  }

  public LogEntry.Fact firstFact() {
    return facts.getFirst();
  }

  public LogEntry.Fact newestFact() {
    return facts.getLast();
  }

  public WorkflowEvent first() {
    return firstFact().event();
  }

  public WorkflowEvent newest() {
    return newestFact().event();
  }

  static WorkflowChange of(LogEntry.Fact fact) {
    return new WorkflowChange(List.of(fact));
  }

  /// This change and a newer event.
  WorkflowChange then(LogEntry.Fact fact) {
    List<LogEntry.Fact> all = new ArrayList<>(facts);
    all.add(fact);
    return new WorkflowChange(all);
  }
}
