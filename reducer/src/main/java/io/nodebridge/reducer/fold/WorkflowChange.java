package io.nodebridge.reducer.fold;

import io.avaje.jsonb.Json;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Everything that a batch says about one workflow: its newest event, and the steps and transitions
/// of all, each with the sequence of its event, so that the store appends only what is new to it.
public record WorkflowChange(
    int partition,
    @Nullable Long requestOffset,
    WorkflowEvent newest,
    List<NumberedStep> steps,
    List<NumberedTransition> transitions,
    Instant firstAt,
    Instant lastAt) {

  /// A step and the sequence of the event that told of it.
  @Json
  public record NumberedStep(int sequence, StepRun run) {}

  /// A transition and the sequence of the event that told of it.
  @Json
  public record NumberedTransition(int sequence, Transition move) {}

  public WorkflowChange {
    steps = List.copyOf(steps);
    transitions = List.copyOf(transitions);
  }

  public UUID workflowId() {
    return newest.workflowId();
  }

  static WorkflowChange of(LogEntry.Fact fact) {
    return new WorkflowChange(
        fact.partition(),
        fact.requestOffset(),
        fact.event(),
        steps(fact.event()),
        transitions(fact.event()),
        fact.time(),
        fact.time());
  }

  /// This change and a later event; an event that is not newer changes nothing.
  WorkflowChange then(LogEntry.Fact fact) {
    if (fact.event().sequence() <= newest.sequence()) {
      return this;
    }
    List<NumberedStep> allSteps = new ArrayList<>(steps);
    allSteps.addAll(steps(fact.event()));
    List<NumberedTransition> allTransitions = new ArrayList<>(transitions);
    allTransitions.addAll(transitions(fact.event()));
    return new WorkflowChange(
        partition, requestOffset, fact.event(), allSteps, allTransitions, firstAt, fact.time());
  }

  private static List<NumberedStep> steps(WorkflowEvent event) {
    return event.steps().stream().map(run -> new NumberedStep(event.sequence(), run)).toList();
  }

  private static List<NumberedTransition> transitions(WorkflowEvent event) {
    return event.transitions().stream()
        .map(move -> new NumberedTransition(event.sequence(), move))
        .toList();
  }
}
