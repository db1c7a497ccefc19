package io.nodebridge.reducer.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.message.WorkflowState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FoldTest {
  private static final UUID WORKFLOW = new UUID(7, 7);

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
        Batch.fold(
            List.of(
                RandomLog.event(0, 10, WORKFLOW, 1, WorkflowState.PROCESSING),
                RandomLog.event(0, 11, WORKFLOW, 2, WorkflowState.COMPLETED)));
    WorkflowChange change = batch.changes().getFirst();
    assertThat(batch.changes()).hasSize(1);
    assertThat(change.newest().state()).isEqualTo(WorkflowState.COMPLETED);
    assertThat(change.facts()).extracting(fact -> fact.event().sequence()).containsExactly(1, 2);
    assertThat(batch.progress()).containsExactly(new Batch.PartitionProgress(0, 12, 2, 0, 0, 0));
  }

  @Test
  void aRepeatedEventChangesNothingAndIsCounted() {
    LogEntry.Fact first = RandomLog.event(0, 10, WORKFLOW, 1, WorkflowState.COMPLETED);
    LogEntry.Fact repeat = RandomLog.event(0, 11, WORKFLOW, 1, WorkflowState.FAILED);
    Batch batch = Batch.fold(List.of(first, repeat));
    assertThat(batch.changes()).containsExactly(new WorkflowChange(List.of(first)));
    assertThat(batch.progress()).containsExactly(new Batch.PartitionProgress(0, 12, 2, 1, 0, 0));
  }

  @Test
  void theBatchEndsBeforeAnEventThatIsNewerThanTheEndOfItsWorkflow() {
    LogEntry.Fact end = RandomLog.event(0, 10, WORKFLOW, 1, WorkflowState.COMPLETED);
    LogEntry.Fact later = RandomLog.event(0, 11, WORKFLOW, 2, WorkflowState.FAILED);
    LogEntry.Marker marker = new LogEntry.Marker(0, 12);
    List<LogEntry> entries = List.of(end, later, marker);
    Batch batch = Batch.fold(entries);
    assertThat(batch.entries()).isEqualTo(1);
    Batch rest = Batch.fold(entries.subList(1, 3));
    assertThat(rest.changes()).containsExactly(new WorkflowChange(List.of(later)));
    assertThat(rest.progress()).containsExactly(new Batch.PartitionProgress(0, 13, 1, 0, 1, 0));
  }

  @Test
  void deadRecordsAndMarkersMoveThePositionOnly() {
    LogEntry.Dead dead = new LogEntry.Dead(3, 41, "broken", null, new byte[] {1}, Map.of("a", "b"));
    Batch batch = Batch.fold(List.of(new LogEntry.Marker(3, 40), dead));
    assertThat(batch.changes()).isEmpty();
    assertThat(batch.deadLetters()).containsExactly(dead);
    assertThat(batch.progress()).containsExactly(new Batch.PartitionProgress(3, 42, 0, 0, 1, 1));
  }

  /// What the store's statement does, as a map: the rule that the fold has to suit.
  private static final class Rows {
    private final Map<UUID, List<LogEntry.Fact>> applied = new HashMap<>();
    private final Map<Integer, Counts> counts = new HashMap<>();
    private final Map<String, Long> bytes = new HashMap<>();

    void store(List<LogEntry> entries) {
      for (int from = 0; from < entries.size(); ) {
        Batch batch = Batch.fold(entries.subList(from, entries.size()));
        batch.progress().forEach(this::count);
        batch.changes().forEach(this::apply);
        from += batch.entries();
      }
    }

    private void count(Batch.PartitionProgress p) {
      merge(p.partition(), new Counts(0, p.events(), p.markers(), p.dead()));
    }

    private void apply(WorkflowChange change) {
      List<LogEntry.Fact> row =
          applied.computeIfAbsent(change.workflowId(), _ -> new ArrayList<>());
      int known = row.isEmpty() ? 0 : row.getLast().event().sequence();
      boolean ended = !row.isEmpty() && row.getLast().event().state().terminal();
      if (ended || change.newest().sequence() <= known) {
        return;
      }
      for (LogEntry.Fact fact : change.facts()) {
        if (fact.event().sequence() > known) {
          row.add(fact);
          merge(fact.partition(), new Counts(1, -1, 0, 0));
        }
      }
      if (change.newest().state().terminal()) {
        bytes.merge(row.getFirst().event().namespace(), change.newest().sizeBytes(), Long::sum);
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
          && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
      return applied.hashCode();
    }

    @Override
    public String toString() {
      return applied + " " + counts + " " + bytes;
    }
  }

  private record Counts(long folded, long duplicate, long markers, long dead) {
    private Counts plus(Counts more) {
      return new Counts(
          folded + more.folded,
          duplicate + more.duplicate,
          markers + more.markers,
          dead + more.dead);
    }

    private long sum() {
      return folded + duplicate + markers + dead;
    }
  }
}
