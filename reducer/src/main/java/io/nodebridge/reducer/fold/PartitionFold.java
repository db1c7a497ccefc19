package io.nodebridge.reducer.fold;

import io.nodebridge.events.envelope.Claim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One partition's part of a batch while it is folded: counts, watermark, claim and windows. What
/// it began with is not touched, so a batch that does not commit leaves no trace.
final class PartitionFold {
  private final int partition;
  private final long nowMillis;
  private final Map<WindowKey, WindowSums> open;
  private final Set<WindowKey> touched = new HashSet<>();
  private final List<LogEntry.Fact> late = new ArrayList<>();
  private long watermarkMillis;
  private @Nullable Claim claim;
  private long next;
  private int events;
  private int repeats;
  private int superseded;
  private int markers;
  private int dead;

  PartitionFold(int partition, PartitionState before, long nowMillis) {
    this.partition = partition;
    this.nowMillis = nowMillis;
    this.watermarkMillis = before.watermarkMillis();
    this.claim = before.claim();
    this.open = new HashMap<>(before.open());
  }

  /// Passes a claim marker; a lower one than the highest so far means nothing.
  void marker(LogEntry.Marker marker) {
    Claim marked = marker.claim();
    if (marked != null && (claim == null || marked.compareTo(claim) > 0)) {
      claim = marked;
    }
    markers++;
    next = marker.offset() + 1;
  }

  void dead(LogEntry.Dead entry) {
    dead++;
    next = entry.offset() + 1;
  }

  /// Whether an orchestrator wrote this that had lost the partition by then; it is passed over.
  boolean supersedes(@Nullable Claim writers, long offset) {
    boolean lower = claim != null && (writers == null || writers.compareTo(claim) < 0);
    if (lower) {
      superseded++;
      next = offset + 1;
    }
    return lower;
  }

  /// Passes an event.
  ///
  /// @param repeat whether the batch itself shows that it is no news
  /// @param counts whether it ends its workflow, as far as is known
  void event(LogEntry.Fact fact, boolean repeat, boolean counts) {
    long at = fact.time().toEpochMilli();
    if (counts) {
      count(fact, at);
    }
    watermarkMillis = Math.max(watermarkMillis, Math.min(at, nowMillis));
    events++;
    repeats += repeat ? 1 : 0;
    next = fact.offset() + 1;
  }

  private void count(LogEntry.Fact fact, long at) {
    WindowKey key = WindowKey.of(fact.event().namespace(), at);
    if (WindowKey.closed(key.startMillis(), watermarkMillis)) {
      late.add(fact);
      return;
    }
    WindowSums sums;
    if (touched.add(key)) {
      WindowSums before = open.get(key);
      sums = before == null ? new WindowSums() : before.copy();
      open.put(key, sums);
    } else {
      sums = open.get(key);
    }
    if (sums != null) {
      sums.add(fact.event());
    }
  }

  Batch.PartitionProgress progress() {
    Map<WindowKey, WindowSums> written = new HashMap<>(open);
    written.keySet().retainAll(touched);
    return new Batch.PartitionProgress(
        partition,
        next,
        new Batch.Counts(events, repeats, superseded, markers, dead),
        written,
        late,
        new PartitionState(watermarkMillis, claim, open).at(watermarkMillis));
  }
}
