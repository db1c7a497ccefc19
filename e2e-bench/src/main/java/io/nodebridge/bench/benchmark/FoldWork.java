package io.nodebridge.bench.benchmark;

import io.nodebridge.reducer.fold.Batch;
import io.nodebridge.reducer.fold.LogEntry;
import io.nodebridge.reducer.fold.PartitionState;
import io.nodebridge.reducer.fold.WindowSums;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What JMH times: the production fold; public because its generated code calls it. Each call
/// checks its result against sums that were made without the fold, and throws if they differ.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
public class FoldWork {
  private static final Instant NOW = FoldItems.START.plusSeconds(3_600);
  private static final int STREAM_BATCH = 100;

  private final List<LogEntry> hundred = FoldItems.inOneWindow(100, 10);
  private final List<LogEntry> thousand = FoldItems.inOneWindow(1_000, 1);
  private final List<LogEntry> tenThousand = FoldItems.inOneWindow(10_000, 10);
  private final List<LogEntry> grouped = FoldItems.inOneWindow(1_000, 10);
  private final List<LogEntry> stream = FoldItems.stream(1_000);
  private final Sums ofHundred = Sums.of(hundred);
  private final Sums ofThousand = Sums.of(thousand);
  private final Sums ofTenThousand = Sums.of(tenThousand);
  private final Sums ofGrouped = Sums.of(grouped);
  private final long lateOfStream = lateOf(stream);

  @Benchmark
  public Batch batchOf100() {
    return fold(hundred, ofHundred, 10);
  }

  @Benchmark
  public Batch batchOf1000() {
    return fold(thousand, ofThousand, 1);
  }

  @Benchmark
  public Batch batchOf10000() {
    return fold(tenThousand, ofTenThousand, 10);
  }

  @Benchmark
  public Batch tenNamespacesOf100() {
    return fold(grouped, ofGrouped, 10);
  }

  @Benchmark
  public long streamInBatchesOf100() {
    Map<Integer, PartitionState> states = new HashMap<>();
    long late = 0;
    long counted = 0;
    for (int from = 0; from < stream.size(); from += STREAM_BATCH) {
      Batch batch =
          Batch.fold(
              stream.subList(from, from + STREAM_BATCH), new Batch.Before(states, Set.of(), NOW));
      for (Batch.PartitionProgress progress : batch.progress()) {
        states.put(progress.partition(), progress.after());
        late += progress.late().size();
        counted += progress.counts().events();
      }
    }
    if (late != lateOfStream || counted != stream.size()) {
      throw new IllegalStateException(
          "late: " + late + ", must be " + lateOfStream + "; counted: " + counted);
    }
    return late;
  }

  private static Batch fold(List<LogEntry> items, Sums expected, int namespaces) {
    Batch batch = Batch.fold(items, new Batch.Before(Map.of(), Set.of(), NOW));
    Sums sums = new Sums(0, 0, 0, 0);
    Set<String> spaces = new HashSet<>();
    for (Batch.PartitionProgress progress : batch.progress()) {
      for (var window : progress.windows().entrySet()) {
        sums = sums.and(window.getValue());
        spaces.add(window.getKey().namespace());
      }
    }
    if (!sums.equals(expected)
        || spaces.size() != namespaces
        || batch.changes().size() != items.size()) {
      throw new IllegalStateException(sums + " in " + spaces.size() + ", must be " + expected);
    }
    return batch;
  }

  private record Sums(long completed, long failed, long bytes, long micros) {
    private static Sums of(List<LogEntry> items) {
      Sums sums = new Sums(0, 0, 0, 0);
      for (LogEntry item : items) {
        if (item instanceof LogEntry.Fact fact) {
          boolean good = fact.event().stamp() != null;
          sums =
              new Sums(
                  sums.completed + (good ? 1 : 0),
                  sums.failed + (good ? 0 : 1),
                  sums.bytes + fact.event().sizeBytes(),
                  sums.micros + fact.event().processingMicros());
        }
      }
      return sums;
    }

    private Sums and(WindowSums window) {
      return new Sums(
          completed + window.completed(),
          failed + window.failed(),
          bytes + window.bytes(),
          micros + window.microsSum());
    }
  }

  // The rule of the windows, written once more, with the highest time so far as the watermark.
  private static long lateOf(List<LogEntry> stream) {
    long late = 0;
    long highest = Long.MIN_VALUE;
    for (LogEntry item : stream) {
      if (item instanceof LogEntry.Fact fact) {
        long at = fact.time().toEpochMilli();
        long windowEnd = Math.floorDiv(at, 5_000L) * 5_000L + 5_000L;
        late += windowEnd + 1_000 <= highest ? 1 : 0;
        highest = Math.max(highest, at);
      }
    }
    return late;
  }
}
