package io.nodebridge.reducer.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.message.WorkflowState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FoldTest {
  private static final UUID WORKFLOW = new UUID(7, 7);
  private static final Instant NOW = RandomLog.START.plusSeconds(160);

  @Test
  void anySplitOfALogGivesTheSameRowsAndCounts() {
    for (long seed = 0; seed < 500; seed++) {
      List<LogEntry> log = new RandomLog(seed, 12).entries(120);
      Rows oneByOne = new Rows();
      log.forEach(entry -> oneByOne.store(List.of(entry)));
      Rows atOnce = new Rows();
      atOnce.store(log);
      Rows split = new Rows();
      Random random = new Random(seed);
      for (int from = 0; from < log.size(); ) {
        int to = Math.min(log.size(), from + 1 + random.nextInt(20));
        split.store(log.subList(from, to));
        from = to;
      }
      assertThat(atOnce).as("at once, seed %d", seed).isEqualTo(oneByOne);
      assertThat(split).as("split, seed %d", seed).isEqualTo(oneByOne);
    }
  }

  @Test
  void everyEntryIsCountedOnce() {
    for (long seed = 0; seed < 100; seed++) {
      List<LogEntry> log = new RandomLog(seed, 5).entries(200);
      Rows rows = new Rows();
      rows.store(log);
      assertThat(rows.counts.values().stream().mapToLong(Counts::sum).sum()).isEqualTo(200);
    }
  }

  @Test
  void eventsOfAWorkflowBecomeOneChange() {
    Batch batch =
        fold(
            List.of(
                RandomLog.event(0, 10, WORKFLOW, 1, WorkflowState.PROCESSING),
                RandomLog.event(0, 11, WORKFLOW, 2, WorkflowState.COMPLETED)));
    WorkflowChange change = List.copyOf(batch.changes()).getFirst();
    assertThat(batch.changes()).hasSize(1);
    assertThat(change.newest().state()).isEqualTo(WorkflowState.COMPLETED);
    assertThat(change.facts()).extracting(fact -> fact.event().sequence()).containsExactly(1, 2);
    assertMoved(batch, 0, 12, new Batch.Counts(2, 0, 0, 0, 0));
  }

  @Test
  void aRepeatedEventChangesNothingAndIsCounted() {
    LogEntry.Fact first = RandomLog.event(0, 10, WORKFLOW, 1, WorkflowState.COMPLETED);
    LogEntry.Fact repeat = RandomLog.event(0, 11, WORKFLOW, 1, WorkflowState.FAILED);
    Batch batch = fold(List.of(first, repeat));
    assertThat(batch.changes()).containsExactly(new WorkflowChange(List.of(first)));
    assertMoved(batch, 0, 12, new Batch.Counts(2, 1, 0, 0, 0));
  }

  @Test
  void theBatchEndsBeforeAnEventThatIsNewerThanTheEndOfItsWorkflow() {
    LogEntry.Fact end = RandomLog.event(0, 10, WORKFLOW, 1, WorkflowState.COMPLETED);
    LogEntry.Fact later = RandomLog.event(0, 11, WORKFLOW, 2, WorkflowState.FAILED);
    LogEntry.Marker marker = new LogEntry.Marker(0, 12, null);
    List<LogEntry> entries = List.of(end, later, marker);
    Batch batch = fold(entries);
    assertThat(batch.entries()).isEqualTo(1);
    Batch rest = fold(entries.subList(1, 3));
    assertThat(rest.changes()).containsExactly(new WorkflowChange(List.of(later)));
    assertMoved(rest, 0, 13, new Batch.Counts(1, 0, 0, 1, 0));
  }

  @Test
  void theBatchEndsBeforeAnEventAboutAnotherRequestUnderTheSameId() {
    LogEntry.Fact other = RandomLog.event(0, 9, WORKFLOW, 1, WorkflowState.PROCESSING);
    LogEntry.Fact ours = RandomLog.event(0, 10, WORKFLOW, 2, WorkflowState.COMPLETED);
    assertThat(fold(List.of(other, ours)).entries()).isEqualTo(1);

    Rows rows = new Rows();
    rows.store(List.of(RandomLog.event(0, 8, WORKFLOW, 1, WorkflowState.PROCESSING), other, ours));
    assertThat(rows.applied.get(WORKFLOW)).hasSize(2).doesNotContain(other);
    assertThat(rows.counts.get(0)).isEqualTo(new Counts(2, 1, 0, 0, 0));
  }

  @Test
  void deadRecordsAndMarkersMoveThePositionOnly() {
    LogEntry.Dead dead =
        new LogEntry.Dead(3, 41, null, "broken", null, new byte[] {1}, Map.of("a", "b"));
    Batch batch = fold(List.of(new LogEntry.Marker(3, 40, null), dead));
    assertThat(batch.changes()).isEmpty();
    assertThat(batch.deadLetters()).containsExactly(dead);
    assertMoved(batch, 3, 42, new Batch.Counts(0, 0, 0, 1, 1));
  }

  @Test
  void whatALowerClaimWroteBehindAHigherMarkerIsPassedOver() {
    Claim first = new Claim(1, 3);
    Claim second = new Claim(1, 4);
    LogEntry.Fact before = claimed(10, 1, WorkflowState.PROCESSING, first);
    LogEntry.Fact zombie = claimed(12, 2, WorkflowState.FAILED, first);
    LogEntry.Fact unclaimed = claimed(13, 2, WorkflowState.FAILED, null);
    LogEntry.Fact owner = claimed(14, 2, WorkflowState.COMPLETED, second);
    List<LogEntry> log =
        List.of(
            before,
            new LogEntry.Marker(0, 11, second),
            zombie,
            unclaimed,
            new LogEntry.Marker(0, 15, first),
            owner);
    Rows atOnce = new Rows();
    atOnce.store(log);
    Rows oneByOne = new Rows();
    log.forEach(entry -> oneByOne.store(List.of(entry)));

    assertThat(atOnce.applied.get(WORKFLOW)).containsExactly(before, owner);
    assertThat(atOnce.counts.get(0)).isEqualTo(new Counts(2, 0, 2, 2, 0));
    assertThat(oneByOne).isEqualTo(atOnce);
  }

  @Test
  void aRejectionThatIsToldAgainIsParkedOnceAndNoneOfALowerClaimIs() {
    Claim first = new Claim(1, 3);
    Claim second = new Claim(1, 4);
    List<LogEntry> log =
        List.of(
            RandomLog.rejection(0, 10, 70, first),
            RandomLog.rejection(0, 11, 70, first),
            new LogEntry.Marker(0, 12, second),
            RandomLog.rejection(0, 13, 71, first),
            RandomLog.rejection(0, 14, 72, null),
            RandomLog.rejection(0, 15, 70, second),
            RandomLog.rejection(0, 16, 71, second));
    assertMoved(fold(log), 0, 17, new Batch.Counts(0, 0, 2, 1, 4));
    Rows atOnce = new Rows();
    atOnce.store(log);
    Rows oneByOne = new Rows();
    log.forEach(entry -> oneByOne.store(List.of(entry)));

    assertThat(atOnce.parked)
        .containsExactlyInAnyOrder(
            new Place(new UUID(9, 9), 0, 70), new Place(new UUID(9, 9), 0, 71));
    assertThat(atOnce.counts.get(0)).isEqualTo(new Counts(0, 2, 2, 1, 2));
    assertThat(oneByOne).isEqualTo(atOnce);
  }

  private static LogEntry.Fact claimed(
      long offset, int sequence, WorkflowState state, @Nullable Claim claim) {
    LogEntry.Fact fact = RandomLog.event(0, offset, WORKFLOW, sequence, state);
    return new LogEntry.Fact(0, offset, fact.time(), fact.requestOffset(), claim, fact.event());
  }

  private static Batch fold(List<LogEntry> entries) {
    return Batch.fold(entries, new Batch.Before(Map.of(), Set.of(), NOW));
  }

  private static void assertMoved(Batch batch, int partition, long next, Batch.Counts counts) {
    assertThat(batch.progress())
        .singleElement()
        .returns(partition, Batch.PartitionProgress::partition)
        .returns(next, Batch.PartitionProgress::next)
        .returns(counts, Batch.PartitionProgress::counts);
  }

  /// What the store's statement does, as a map: the rule that the fold has to suit.
  private static final class Rows {
    private final Map<UUID, List<LogEntry.Fact>> applied = new HashMap<>();
    private final Map<Integer, Counts> counts = new HashMap<>();
    private final Map<Integer, PartitionState> states = new HashMap<>();
    private final Map<Integer, Map<WindowKey, WindowSums>> windows = new HashMap<>();
    private final Set<LogEntry.Fact> late = new HashSet<>();
    private final Set<Place> parked = new HashSet<>();

    void store(List<LogEntry> entries) {
      for (int from = 0; from < entries.size(); ) {
        List<LogEntry> rest = entries.subList(from, entries.size());
        Batch batch = Batch.fold(rest, new Batch.Before(states, Set.of(), NOW));
        Set<UUID> known =
            batch.ends().stream()
                .filter(this::refused)
                .map(WorkflowChange::workflowId)
                .collect(Collectors.toSet());
        if (!known.isEmpty()) {
          batch = Batch.fold(rest, new Batch.Before(states, known, NOW));
        }
        batch.progress().forEach(this::count);
        batch.deadLetters().forEach(this::park);
        batch.changes().forEach(this::apply);
        from += batch.entries();
      }
    }

    private void count(Batch.PartitionProgress p) {
      Batch.Counts c = p.counts();
      merge(p.partition(), new Counts(0, c.events(), c.superseded(), c.markers(), 0));
      states.put(p.partition(), p.after());
      windows.computeIfAbsent(p.partition(), _ -> new HashMap<>()).putAll(p.windows());
      late.addAll(p.late());
    }

    private void park(LogEntry.Dead dead) {
      boolean isNew = parked.add(Place.of(dead));
      merge(dead.partition(), isNew ? new Counts(0, 0, 0, 0, 1) : new Counts(0, 1, 0, 0, 0));
    }

    private boolean refused(WorkflowChange change) {
      List<LogEntry.Fact> row = applied.getOrDefault(change.workflowId(), List.of());
      return !row.isEmpty()
          && (row.getLast().event().state().terminal()
              || !row.getFirst().event().bodyHash().equals(change.first().bodyHash())
              || row.getLast().event().sequence() >= change.newest().sequence());
    }

    private void apply(WorkflowChange change) {
      if (refused(change)) {
        return;
      }
      List<LogEntry.Fact> row =
          applied.computeIfAbsent(change.workflowId(), _ -> new ArrayList<>());
      int known = row.isEmpty() ? 0 : row.getLast().event().sequence();
      if (change.newest().sequence() <= known) {
        return;
      }
      for (LogEntry.Fact fact : change.facts()) {
        if (fact.event().sequence() > known) {
          row.add(fact);
          merge(fact.partition(), new Counts(1, -1, 0, 0, 0));
        }
      }
    }

    private void merge(int partition, Counts more) {
      counts.merge(partition, more, Counts::plus);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Rows that
          && applied.equals(that.applied)
          && counts.equals(that.counts)
          && states.equals(that.states)
          && windows.equals(that.windows)
          && late.equals(that.late)
          && parked.equals(that.parked);
    }

    @Override
    public int hashCode() {
      return applied.hashCode();
    }

    @Override
    public String toString() {
      return applied + " " + counts + " " + windows + " " + late;
    }
  }

  /// A dead letter's key; the event log's own topic is null.
  private record Place(@Nullable UUID topicId, int partition, long offset) {
    private static Place of(LogEntry.Dead dead) {
      LogEntry.Origin origin = dead.origin();
      return origin == null
          ? new Place(null, dead.partition(), dead.offset())
          : new Place(origin.topicId(), dead.partition(), origin.offset());
    }
  }

  private record Counts(long folded, long duplicate, long superseded, long markers, long dead) {
    private Counts plus(Counts more) {
      return new Counts(
          folded + more.folded,
          duplicate + more.duplicate,
          superseded + more.superseded,
          markers + more.markers,
          dead + more.dead);
    }

    private long sum() {
      return folded + duplicate + superseded + markers + dead;
    }
  }
}
