package io.nodebridge.reducer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.nodebridge.reducer.fold.Batch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Every meter of the reducer.
///
/// | meter | unit |
/// |---|---|
/// | `nodebridge_reducer_batch_records` | records in a batch |
/// | `nodebridge_reducer_commit_seconds` | seconds from the statement's start to its return |
/// | `nodebridge_reducer_dead_letters_total` | records |
/// | `nodebridge_reducer_lag_records` | records of the assigned partitions not yet polled |
/// | `nodebridge_reducer_fence_losses_total` | batches refused because another reducer had claimed |
public final class ReducerMeters {
  private final DistributionSummary batchRecords;
  private final Timer commits;
  private final Counter deadLetters;
  private final Counter fenceLosses;
  private final AtomicLong lagRecords = new AtomicLong();

  public ReducerMeters(MeterRegistry registry) {
    batchRecords =
        DistributionSummary.builder("nodebridge.reducer.batch.records").register(registry);
    commits = Timer.builder("nodebridge.reducer.commit").register(registry);
    deadLetters = Counter.builder("nodebridge.reducer.dead.letters").register(registry);
    registry.gauge("nodebridge.reducer.lag.records", lagRecords);
    fenceLosses = Counter.builder("nodebridge.reducer.fence.losses").register(registry);
  }

  /// A batch was committed in `nanos`.
  public void committed(Batch batch, long nanos) {
    commits.record(nanos, TimeUnit.NANOSECONDS);
    batchRecords.record(batch.entries());
    deadLetters.increment(batch.deadLetters().size());
  }

  public void lag(long records) {
    lagRecords.set(records);
  }

  public void fenceLost() {
    fenceLosses.increment();
  }
}
