package io.nodebridge.orchestrator.own;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.events.message.WorkflowState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A partition of the event log, and what any reader of it has to see: written from the wire's
/// rules alone, without the code that is tested.
final class SimulatedLog {
  private static final Map<WorkflowState, Set<WorkflowState>> LEGAL =
      Map.of(
          WorkflowState.PENDING, Set.of(WorkflowState.PROCESSING, WorkflowState.FAILED),
          WorkflowState.PROCESSING, Set.of(WorkflowState.COMPLETED, WorkflowState.FAILED));

  private final List<Entry> entries = new ArrayList<>();

  /// @param event null: a marker if `rejected` is null too, else a request that cannot be run
  record Entry(
      Claim claim,
      @Nullable Long request,
      @Nullable WorkflowEvent event,
      @Nullable Long rejected) {}

  long end() {
    return entries.size();
  }

  long append(Entry entry) {
    long offset = end();
    entries.add(entry);
    return offset;
  }

  List<Entry> from(long offset, long end) {
    return entries.subList((int) offset, (int) end);
  }

  /// Whether a step's result is on the log, whoever wrote it.
  boolean tells(UUID workflow, String step) {
    return entries.stream()
        .filter(e -> e.event() != null && e.event().workflowId().equals(workflow))
        .flatMap(e -> e.event().steps().stream())
        .anyMatch(run -> run.name().equals(step) && run.outcome() != StepOutcome.FAILED);
  }

  /// The newest end of a workflow.
  Optional<Entry> endOf(UUID workflow) {
    return entries.stream()
        .filter(e -> e.event() != null && e.event().workflowId().equals(workflow))
        .filter(e -> e.event() != null && e.event().state().terminal())
        .reduce((_, newest) -> newest);
  }

  /// How many requests for this workflow have run.
  long requestsOf(UUID workflow) {
    return entries.stream()
        .filter(e -> e.event() != null && e.event().workflowId().equals(workflow))
        .map(Entry::request)
        .distinct()
        .count();
  }

  /// What a reader makes of all of it.
  ///
  /// @param events of each workflow, those that count
  /// @param conflicts requests that events of another body under a known id came from
  record Seen(Map<UUID, List<WorkflowEvent>> events, Set<Long> rejected, Set<Long> conflicts) {
    WorkflowState stateOf(UUID workflow) {
      return Objects.requireNonNull(events.get(workflow)).getLast().state();
    }
  }

  /// @param claims whether the reader heeds claims
  Seen read(boolean claims) {
    Map<UUID, List<WorkflowEvent>> events = new HashMap<>();
    Set<Long> rejected = new HashSet<>();
    Set<Long> conflicts = new HashSet<>();
    Map<Long, WorkflowEvent> ends = new HashMap<>();
    Claim highest = null;
    for (Entry entry : entries) {
      boolean lower = highest != null && entry.claim().compareTo(highest) < 0;
      WorkflowEvent event = entry.event();
      if (event == null && entry.rejected() == null) {
        highest = lower ? highest : entry.claim();
      } else if (!lower || !claims) {
        if (event == null) {
          rejected.add(entry.rejected());
          continue;
        }
        if (event.state().terminal()) {
          WorkflowEvent end = ends.putIfAbsent(entry.request(), event);
          require(end == null || end.equals(event), "a second end: " + event);
        }
        if (!taken(event, events)) {
          conflicts.add(entry.request());
        }
      }
    }
    return new Seen(events, rejected, conflicts);
  }

  // False: it is about another body than the first event under its id.
  private static boolean taken(WorkflowEvent event, Map<UUID, List<WorkflowEvent>> events) {
    List<WorkflowEvent> before = events.computeIfAbsent(event.workflowId(), _ -> new ArrayList<>());
    if (!before.isEmpty() && !before.getFirst().bodyHash().equals(event.bodyHash())) {
      return false;
    }
    take(event, before);
    return true;
  }

  private static void take(WorkflowEvent event, List<WorkflowEvent> before) {
    // A repeat that nobody remembers runs again, and changes nothing.
    if (!before.isEmpty() && before.getLast().state().terminal()) {
      return;
    }
    int last = before.size();
    if (event.sequence() <= last) {
      require(
          event.equals(before.get(event.sequence() - 1)),
          "two events under one sequence: " + event);
      return;
    }
    require(event.sequence() == last + 1, "a gap before " + event);
    before.add(event);
  }

  /// Checks what all events of one workflow must hold.
  static void checkWhole(List<WorkflowEvent> events, Map<String, List<String>> needs) {
    WorkflowState state = WorkflowState.PENDING;
    Map<String, Integer> ended = new TreeMap<>();
    for (WorkflowEvent event : events) {
      for (Transition move : event.transitions()) {
        require(LEGAL.getOrDefault(move.from(), Set.of()).contains(move.to()), "illegal " + move);
        require(move.from() == state, "not from " + state + ": " + move);
        state = move.to();
      }
      for (StepRun run : event.steps()) {
        if (run.outcome() != StepOutcome.FAILED) {
          require(ended.keySet().containsAll(needs.get(run.name())), "too early: " + run);
          require(ended.put(run.name(), run.attempt()) == null, "ended twice: " + run);
        }
      }
    }
    require(state.terminal(), "never ended: " + events);
    require(
        state == WorkflowState.FAILED || ended.keySet().equals(needs.keySet()),
        "completed without all steps: " + ended);
  }

  static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
