package io.nodebridge.reducer.fold;

import io.avaje.jsonb.Json;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Everything that a batch says about one workflow. The first event tells what the workflow is, if
/// its row is new; the newest tells how it stands; steps and transitions carry the sequence of
/// their event, so that the store appends only what is new to the row.
///
/// @param facts in rising sequence; only the last of them may be terminal
public record WorkflowChange(List<LogEntry.Fact> facts) {

  /// A step and the sequence of the event that told of it.
  @Json
  public record NumberedStep(int sequence, StepRun run) {}

  /// A transition and the sequence of the event that told of it.
  @Json
  public record NumberedTransition(int sequence, Transition move) {}

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

  public List<NumberedStep> steps() {
    return facts.stream()
        .map(LogEntry.Fact::event)
        .flatMap(
            event -> event.steps().stream().map(run -> new NumberedStep(event.sequence(), run)))
        .toList();
  }

  public List<NumberedTransition> transitions() {
    return facts.stream()
        .map(LogEntry.Fact::event)
        .flatMap(
            event ->
                event.transitions().stream()
                    .map(move -> new NumberedTransition(event.sequence(), move)))
        .toList();
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
