package io.nodebridge.reducer.fold;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// What a polled batch amounts to: changes of rows, dead letters, and how far each partition got.
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

  /// A partition's part of a batch: from `first` up to, not including, `next`.
  public record PartitionProgress(
      int partition, long first, long next, int records, int markers, int dead) {

    private PartitionProgress and(LogEntry entry) {
      PartitionProgress one = of(entry);
      return new PartitionProgress(
          partition, first, one.next, records + 1, markers + one.markers, dead + one.dead);
    }

    private static PartitionProgress of(LogEntry entry) {
      return new PartitionProgress(
          entry.partition(),
          entry.offset(),
          entry.offset() + 1,
          1,
          entry instanceof LogEntry.Marker ? 1 : 0,
          entry instanceof LogEntry.Dead ? 1 : 0);
    }
  }

  /// Folds entries, which are in offset order within each partition.
  public static Batch fold(List<LogEntry> entries) {
    Map<UUID, WorkflowChange> changes = new TreeMap<>();
    List<LogEntry.Dead> deadLetters = new ArrayList<>();
    Map<Integer, PartitionProgress> progress = new TreeMap<>();
    for (LogEntry entry : entries) {
      progress.merge(
          entry.partition(), PartitionProgress.of(entry), (before, _) -> before.and(entry));
      switch (entry) {
        case LogEntry.Fact fact ->
            changes.merge(
                fact.event().workflowId(),
                WorkflowChange.of(fact),
                (before, _) -> before.then(fact));
        case LogEntry.Marker _ -> {
          // counted above
        }
        case LogEntry.Dead dead -> deadLetters.add(dead);
      }
    }
    return new Batch(List.copyOf(changes.values()), deadLetters, progress.values());
  }
}
