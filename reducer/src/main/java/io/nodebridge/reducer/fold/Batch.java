package io.nodebridge.reducer.fold;

import io.nodebridge.events.envelope.Claim;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/// What polled entries amount to: changes of rows, windows, dead letters, and how far each
/// partition got.
///
/// Folding entries together and committing them gives the same rows and sums as committing them one
/// by one. Where that would not hold, the batch ends early and the rest is the next batch.
///
/// @param changes one for each workflow
public record Batch(
    Collection<WorkflowChange> changes,
    List<LogEntry.Dead> deadLetters,
    Collection<PartitionProgress> progress) {

  public Batch {
    changes = List.copyOf(changes);
    deadLetters = List.copyOf(deadLetters);
    progress = List.copyOf(progress);
  }

  /// Entries by what became of them.
  ///
  /// @param repeats events that the batch itself shows to be no news; the store finds further ones
  /// @param superseded events of an owner that had lost the partition
  /// @param dead dead letters; the store finds the rejections among them that are told again
  public record Counts(int events, int repeats, int superseded, int markers, int dead) {
    int entries() {
      return events + superseded + markers + dead;
    }
  }

  /// A partition's part of a batch.
  ///
  /// @param next the offset behind its last entry
  /// @param windows the windows that grew, as they are now
  /// @param late ends of workflows whose window was closed already: they are in no sum
  /// @param after what the next batch begins with
  public record PartitionProgress(
      int partition,
      long next,
      Counts counts,
      Map<WindowKey, WindowSums> windows,
      List<LogEntry.Fact> late,
      PartitionState after) {

    public PartitionProgress {
      windows = Map.copyOf(windows);
      late = List.copyOf(late);
    }
  }

  /// What the fold has to know beside the entries.
  ///
  /// @param partitions where each partition stands; absent is new
  /// @param known workflows whose end is in the database already, so that it is not counted again
  public record Before(Map<Integer, PartitionState> partitions, Set<UUID> known, Instant now) {}

  /// How many of the entries were folded, counted from the first.
  public int entries() {
    return progress.stream().mapToInt(p -> p.counts().entries()).sum();
  }

  /// Changes that end their workflow, unless the database knows better.
  public List<WorkflowChange> ends() {
    return changes.stream().filter(change -> change.newest().state().terminal()).toList();
  }

  /// Folds as many entries as one statement stores exactly: all of them, or those before an event
  /// that is newer than its workflow's end, or that is about another request under the same id.
  /// Whether such an event counts depends on the row, which only the store knows.
  ///
  /// @param entries in offset order within each partition
  public static Batch fold(List<LogEntry> entries, Before before) {
    Map<UUID, WorkflowChange> changes = HashMap.newHashMap(entries.size());
    List<LogEntry.Dead> deadLetters = new ArrayList<>();
    Map<Integer, PartitionFold> folds = new TreeMap<>();
    long nowMillis = before.now().toEpochMilli();
    for (LogEntry entry : entries) {
      PartitionFold fold = folds.get(entry.partition());
      if (fold == null) {
        fold =
            new PartitionFold(
                entry.partition(),
                before.partitions().getOrDefault(entry.partition(), PartitionState.NEW),
                nowMillis);
        folds.put(entry.partition(), fold);
      }
      switch (entry) {
        case LogEntry.Fact fact -> {
          if (fold.supersedes(fact.claim(), fact.offset())) {
            continue;
          }
          UUID id = fact.event().workflowId();
          WorkflowChange earlier = changes.get(id);
          boolean repeat =
              earlier != null && fact.event().sequence() <= earlier.newest().sequence();
          boolean conflict =
              earlier != null && !fact.event().bodyHash().equals(earlier.first().bodyHash());
          boolean newerThanEnd = earlier != null && !repeat && earlier.newest().state().terminal();
          if (conflict || newerThanEnd) {
            return of(changes.values(), deadLetters, folds.values());
          }
          boolean counts =
              !repeat && fact.event().state().terminal() && !before.known().contains(id);
          fold.event(fact, repeat, counts);
          if (!repeat) {
            changes.put(id, earlier == null ? WorkflowChange.of(fact) : earlier.then(fact));
          }
        }
        case LogEntry.Marker marker -> fold.marker(marker);
        case LogEntry.Rejection(Claim claim, LogEntry.Dead dead) -> {
          if (!fold.supersedes(claim, dead.offset())) {
            deadLetters.add(dead);
            fold.dead(dead);
          }
        }
        case LogEntry.Dead dead -> {
          deadLetters.add(dead);
          fold.dead(dead);
        }
      }
    }
    return of(changes.values(), deadLetters, folds.values());
  }

  private static Batch of(
      Collection<WorkflowChange> changes,
      List<LogEntry.Dead> deadLetters,
      Collection<PartitionFold> folds) {
    return new Batch(
        changes,
        deadLetters,
        folds.stream().map(PartitionFold::progress).filter(p -> p.counts().entries() > 0).toList());
  }
}
