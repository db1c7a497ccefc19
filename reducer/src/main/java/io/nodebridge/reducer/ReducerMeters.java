package io.nodebridge.reducer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.nodebridge.introspection.http.Meters;
import io.nodebridge.reducer.fold.Batch;
import io.nodebridge.reducer.store.Fence;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Every meter of the reducer.
///
/// | meter | unit |
/// |---|---|
/// | `nodebridge_reducer_batch_records` | records in a batch |
/// | `nodebridge_reducer_commit_seconds` | seconds from the statement's start to its return, with buckets |
/// | `nodebridge_reducer_dead_letters_total` | records |
/// | `nodebridge_reducer_lag_records` | records of the assigned partitions not yet committed |
/// | `nodebridge_reducer_lag_seconds` | age, by its time on the log, of the oldest record that was polled and is not committed |
/// | `nodebridge_reducer_fence_losses_total` | batches refused because another reducer had claimed |
/// | `nodebridge_reducer_late_events_total` | ends of workflows that no window took any more |
/// | `nodebridge_reducer_superseded_events_total` | events of an orchestrator that had lost its partition |
/// | `nodebridge_reducer_watermark_delay_seconds` | clock minus the lowest watermark of a partition with open windows |
/// | `nodebridge_reducer_halted_partitions` | partitions that wait for a person: the log no longer holds what comes next |
public final class ReducerMeters {
  private final DistributionSummary batchRecords;
  private final Timer commits;
  private final Counter deadLetters;
  private final Counter fenceLosses;
  private final Counter late;
  private final Counter superseded;
  private final AtomicLong lagRecords = new AtomicLong();
  private final AtomicLong lagMillis = new AtomicLong();
  private final AtomicLong watermarkDelayMillis = new AtomicLong();
  private final AtomicLong haltedPartitions = new AtomicLong();

  public ReducerMeters(MeterRegistry registry) {
    batchRecords =
        DistributionSummary.builder("nodebridge.reducer.batch.records").register(registry);
    commits = Meters.latency("nodebridge.reducer.commit").register(registry);
    deadLetters = Counter.builder("nodebridge.reducer.dead.letters").register(registry);
    registry.gauge("nodebridge.reducer.lag.records", lagRecords);
    registry.gauge("nodebridge.reducer.lag.seconds", lagMillis, millis -> millis.get() / 1_000.0);
    registry.gauge(
        "nodebridge.reducer.watermark.delay.seconds",
        watermarkDelayMillis,
        millis -> millis.get() / 1_000.0);
    registry.gauge("nodebridge.reducer.halted.partitions", haltedPartitions);
    late = Counter.builder("nodebridge.reducer.late.events").register(registry);
    superseded = Counter.builder("nodebridge.reducer.superseded.events").register(registry);
    fenceLosses = Counter.builder("nodebridge.reducer.fence.losses").register(registry);
  }

  /// A batch was committed in `nanos`.
  public void committed(Batch batch, long nanos) {
    commits.record(nanos, TimeUnit.NANOSECONDS);
    batchRecords.record(batch.entries());
    deadLetters.increment(batch.deadLetters().size());
    for (Batch.PartitionProgress progress : batch.progress()) {
      late.increment(progress.late().size());
      superseded.increment(progress.counts().superseded());
    }
  }

  /// How far the partitions are behind the clock.
  public void watermarks(List<Fence> fences, long nowMillis) {
    watermarkDelayMillis.set(
        fences.stream()
            .map(Fence::state)
            .filter(state -> !state.open().isEmpty())
            .mapToLong(state -> nowMillis - state.watermarkMillis())
            .max()
            .orElse(0));
  }

  public void halted(int partitions) {
    haltedPartitions.set(partitions);
  }

  public void lag(long records, long oldestMillis) {
    lagRecords.set(records);
    lagMillis.set(oldestMillis);
  }

  public void fenceLost() {
    fenceLosses.increment();
  }
}
