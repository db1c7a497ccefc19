package io.nodebridge.reducer.fold;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// What polled entries amount to: changes of rows, dead letters, and how far each partition got.
///
/// Folding entries together and committing them gives the same rows and counts as committing them
/// one by one. Where that would not hold, the batch ends early and the rest is the next batch.
///
/// @param changes one for each workflow, sorted by id, so that two writers lock in the same order
public record Batch(
    List<WorkflowChange> changes,
    List<LogEntry.Dead> deadLetters,
    Collection<PartitionProgress> progress) {

  public Batch {
    changes = List.copyOf(changes);
    deadLetters = List.copyOf(deadLetters);
    progress = List.copyOf(progress);
  }

  /// A partition's part of a batch.
  ///
  /// @param next the offset behind its last entry
  /// @param repeats events that the batch itself shows to be no news; the store finds further ones
  public record PartitionProgress(
      int partition, long next, int events, int repeats, int markers, int dead) {

    /// Entries of the partition in this batch.
    public int entries() {
      return events + markers + dead;
    }

    private static PartitionProgress of(LogEntry entry, boolean repeat) {
      return new PartitionProgress(
          entry.partition(),
          entry.offset() + 1,
          entry instanceof LogEntry.Fact ? 1 : 0,
          repeat ? 1 : 0,
          entry instanceof LogEntry.Marker ? 1 : 0,
          entry instanceof LogEntry.Dead ? 1 : 0);
    }

    private PartitionProgress and(PartitionProgress later) {
      return new PartitionProgress(
          partition,
          later.next,
          events + later.events,
          repeats + later.repeats,
          markers + later.markers,
          dead + later.dead);
    }
  }

  /// How many of the entries were folded, counted from the first.
  public int entries() {
    return progress.stream().mapToInt(PartitionProgress::entries).sum();
  }

  /// Folds as many entries as one statement stores exactly: all of them, or those before an event
  /// that is newer than its workflow's end. Whether such an event counts depends on the row, which
  /// only the store knows.
  ///
  /// @param entries in offset order within each partition
  public static Batch fold(List<LogEntry> entries) {
    Map<UUID, WorkflowChange> changes = new TreeMap<>();
    List<LogEntry.Dead> deadLetters = new ArrayList<>();
    Map<Integer, PartitionProgress> progress = new TreeMap<>();
    for (LogEntry entry : entries) {
      boolean repeat = false;
      switch (entry) {
        case LogEntry.Fact fact -> {
          WorkflowChange before = changes.get(fact.event().workflowId());
          repeat = before != null && fact.event().sequence() <= before.newest().sequence();
          if (before != null && !repeat && before.newest().state().terminal()) {
            return new Batch(List.copyOf(changes.values()), deadLetters, progress.values());
          }
          if (!repeat) {
            changes.put(
                fact.event().workflowId(),
                before == null ? WorkflowChange.of(fact) : before.then(fact));
          }
        }
        case LogEntry.Marker _ -> {
          // counted below
        }
        case LogEntry.Dead dead -> deadLetters.add(dead);
      }
      progress.merge(
          entry.partition(), PartitionProgress.of(entry, repeat), PartitionProgress::and);
    }
    return new Batch(List.copyOf(changes.values()), deadLetters, progress.values());
  }
}
