package io.nodebridge.orchestrator.own;

import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowOutcome;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.orchestrator.decide.Decision;
import io.nodebridge.orchestrator.decide.Decision.Task;
import io.nodebridge.orchestrator.decide.Definition;
import io.nodebridge.orchestrator.decide.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One workflow under way: its state, and what of it is not on the log yet.
///
/// At most one of its events is on its way; what happens meanwhile gathers for the next one. So an
/// event that has to be sent again can never come behind a later one.
final class Run {
  private final Request request;
  private final @Nullable Definition definition;
  private final List<Transition> transitions = new ArrayList<>();
  private final List<StepRun> untold = new ArrayList<>();
  private final List<Task> held = new ArrayList<>();
  private Workflow state;
  private final Map<String, Map<String, Object>> results = new HashMap<>();
  private Effect.@Nullable Append onItsWay;
  private long logged;
  private List<StepRun> steps = List.of();
  private @Nullable Stamp stamp;
  private int sequence;

  Run(Request request, @Nullable Definition definition, Workflow state) {
    this.request = request;
    this.definition = definition;
    this.state = state;
  }

  Request request() {
    return request;
  }

  Workflow state() {
    return state;
  }

  /// Sets the run to where the log says that it is.
  void resume(Workflow.Processing at, int lastSequence, List<StepRun> runs) {
    state = at;
    results.putAll(at.results());
    sequence = lastSequence;
    nowLogged(runs);
  }

  /// Takes a decision over.
  ///
  /// @return what can be begun at once
  List<Effect> follow(Decision decision, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    WorkflowState from = state.state();
    state = decision.state();
    untold.addAll(decision.runs());
    for (StepRun run : decision.runs()) {
      if (run.outcome() == StepOutcome.COMPLETED) {
        results.put(run.name(), run.result());
      }
    }
    Instant now = Instant.ofEpochMilli(nowMillis);
    if (from == WorkflowState.PENDING && state.state() != WorkflowState.FAILED) {
      transitions.add(new Transition(from, WorkflowState.PROCESSING, now));
      from = WorkflowState.PROCESSING;
    }
    if (state instanceof Workflow.Processing processing) {
      for (Task task : decision.tasks()) {
        if (mayBegin(task)) {
          effects.add(new Effect.Perform(request, task, processing));
        } else {
          held.add(task);
        }
      }
    } else {
      transitions.add(new Transition(from, state.state(), now));
      held.clear();
    }
    boolean worthAnEvent = state.state().terminal() || !held.isEmpty() || sequence > 0;
    if (worthAnEvent) {
      effects.addAll(tell());
    }
    return effects;
  }

  /// Puts what is untold on the log, unless an event is on its way already.
  List<Effect> tell() {
    if (onItsWay != null || (transitions.isEmpty() && untold.isEmpty())) {
      return List.of();
    }
    sequence++;
    MessageType type =
        switch (state.state()) {
          case PENDING, PROCESSING ->
              sequence == 1 ? MessageType.WORKFLOW_STARTED : MessageType.WORKFLOW_PROGRESSED;
          case COMPLETED -> MessageType.WORKFLOW_COMPLETED;
          case FAILED -> MessageType.WORKFLOW_FAILED;
        };
    WorkflowError error = state instanceof Workflow.Failed failed ? failed.error() : null;
    return List.of(send(type, transitions, untold, error));
  }

  /// The event on its way cannot be written at all, so the workflow fails with one that can.
  List<Effect> tooLarge(long nowMillis) {
    if (onItsWay == null) {
      return List.of();
    }
    WorkflowError error =
        new WorkflowError(
            "event_too_large", "what its steps answered does not fit into one event", null);
    List<Transition> moves = new ArrayList<>(onItsWay.transitions());
    moves.removeIf(move -> move.to().terminal());
    WorkflowState from =
        moves.isEmpty() && sequence == 1 ? WorkflowState.PENDING : WorkflowState.PROCESSING;
    moves.add(new Transition(from, WorkflowState.FAILED, Instant.ofEpochMilli(nowMillis)));
    state = new Workflow.Failed(error);
    held.clear();
    transitions.clear();
    untold.clear();
    return List.of(send(MessageType.WORKFLOW_FAILED, moves, List.of(), error));
  }

  /// The event on its way is on the log.
  ///
  /// @return what it was waited for
  List<Effect> acknowledged() {
    Effect.Append event = onItsWay;
    if (event == null) {
      return List.of();
    }
    nowLogged(event.steps());
    onItsWay = null;
    List<Effect> effects = new ArrayList<>();
    if (state instanceof Workflow.Processing processing) {
      for (Iterator<Task> waiting = held.iterator(); waiting.hasNext(); ) {
        Task task = waiting.next();
        if (mayBegin(task)) {
          effects.add(new Effect.Perform(request, task, processing));
          waiting.remove();
        }
      }
    }
    effects.addAll(tell());
    return effects;
  }

  boolean awaits(int eventSequence) {
    return onItsWay != null && onItsWay.sequence() == eventSequence;
  }

  /// Whether the terminal event is on the log.
  boolean over() {
    return state.state().terminal() && onItsWay == null && transitions.isEmpty();
  }

  /// How it ended, as the log has it.
  WorkflowOutcome outcome() {
    WorkflowError error = state instanceof Workflow.Failed failed ? failed.error() : null;
    return new WorkflowOutcome(
        request.id(), state.state(), stamp, steps, error, request.bodyHash());
  }

  private Effect.Append send(
      MessageType type, List<Transition> moves, List<StepRun> runs, @Nullable WorkflowError error) {
    stamp = type == MessageType.WORKFLOW_COMPLETED ? Stamping.stampOf(request.id(), results) : null;
    Effect.Append event =
        new Effect.Append(
            request,
            sequence,
            type,
            definition == null ? 0 : definition.version(),
            definition == null || sequence > 1 ? null : definition.hash(),
            moves,
            runs,
            stamp,
            error);
    onItsWay = event;
    transitions.clear();
    untold.clear();
    return event;
  }

  // A worker's answer that another worker's work stands on must not be asked for twice, so it is on
  // the log before.
  private boolean mayBegin(Task task) {
    return definition == null
        || !task.step().remote()
        || (definition.remoteBefore(task.step()) & ~logged) == 0;
  }

  private void nowLogged(List<StepRun> runs) {
    for (StepRun run : runs) {
      if (definition != null && run.outcome() != StepOutcome.FAILED) {
        logged |= definition.maskOf(run.name());
      }
    }
    steps = steps.isEmpty() ? runs : Stream.concat(steps.stream(), runs.stream()).toList();
  }
}
