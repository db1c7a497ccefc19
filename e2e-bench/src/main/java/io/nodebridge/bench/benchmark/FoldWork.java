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
import java.util.Objects;
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
  private final Map<String, Sums> ofHundred = Sums.byNamespace(hundred);
  private final Map<String, Sums> ofThousand = Sums.byNamespace(thousand);
  private final Map<String, Sums> ofTenThousand = Sums.byNamespace(tenThousand);
  private final Map<String, Sums> ofGrouped = Sums.byNamespace(grouped);
  private final Map<Long, Sums> ofStream = Sums.byWindow(stream);

  @Benchmark
  public Batch batchOf100() {
    return fold(hundred, ofHundred);
  }

  @Benchmark
  public Batch batchOf1000() {
    return fold(thousand, ofThousand);
  }

  @Benchmark
  public Batch batchOf10000() {
    return fold(tenThousand, ofTenThousand);
  }

  @Benchmark
  public Batch tenNamespacesOf100() {
    return fold(grouped, ofGrouped);
  }

  @Benchmark
  public long streamInBatchesOf100() {
    Map<Integer, PartitionState> states = new HashMap<>();
    Map<Long, Sums> windows = new HashMap<>();
    long late = 0;
    for (int from = 0; from < stream.size(); from += STREAM_BATCH) {
      Batch batch =
          Batch.fold(
              stream.subList(from, from + STREAM_BATCH), new Batch.Before(states, Set.of(), NOW));
      for (Batch.PartitionProgress progress : batch.progress()) {
        states.put(progress.partition(), progress.after());
        late += progress.late().size();
        progress
            .windows()
            .forEach((key, window) -> windows.put(key.startMillis(), Sums.of(window)));
      }
    }
    Sums.requireEqual(ofStream, windows);
    long counted = windows.values().stream().mapToLong(Sums::ended).sum();
    if (late + counted != stream.size()) {
      throw new IllegalStateException(
          late + " late and " + counted + " counted, must be " + stream.size());
    }
    return late;
  }

  private static Batch fold(List<LogEntry> items, Map<String, Sums> expected) {
    Batch batch = Batch.fold(items, new Batch.Before(Map.of(), Set.of(), NOW));
    Map<String, Sums> sums = new HashMap<>();
    for (Batch.PartitionProgress progress : batch.progress()) {
      progress
          .windows()
          .forEach((key, window) -> sums.merge(key.namespace(), Sums.of(window), Sums::and));
    }
    Sums.requireEqual(expected, sums);
    if (batch.changes().size() != items.size()) {
      throw new IllegalStateException(
          batch.changes().size() + " workflows changed, must be " + items.size());
    }
    return batch;
  }

  private record Sums(long completed, long failed, long bytes, long micros, long stamps) {
    private static Sums of(LogEntry.Fact fact) {
      boolean good = fact.event().stamp() != null;
      return new Sums(
          good ? 1 : 0,
          good ? 0 : 1,
          fact.event().sizeBytes(),
          fact.event().processingMicros(),
          good ? 1 : 0);
    }

    private static Sums of(WindowSums window) {
      return new Sums(
          window.completed(), window.failed(), window.bytes(), window.microsSum(), window.stamps());
    }

    private static Map<String, Sums> byNamespace(List<LogEntry> items) {
      Map<String, Sums> sums = new HashMap<>();
      for (LogEntry item : items) {
        if (item instanceof LogEntry.Fact fact) {
          sums.merge(fact.event().namespace(), of(fact), Sums::and);
        }
      }
      return sums;
    }

    // The rule of the windows, written once more, with the highest time so far as the watermark:
    // what is late is in none.
    private static Map<Long, Sums> byWindow(List<LogEntry> stream) {
      Map<Long, Sums> sums = new HashMap<>();
      long highest = Long.MIN_VALUE;
      for (LogEntry item : stream) {
        if (item instanceof LogEntry.Fact fact) {
          long at = fact.time().toEpochMilli();
          long start = Math.floorDiv(at, 5_000L) * 5_000L;
          if (start + 6_000 > highest) {
            sums.merge(start, of(fact), Sums::and);
          }
          highest = Math.max(highest, at);
        }
      }
      return sums;
    }

    private static <K> void requireEqual(Map<K, Sums> expected, Map<K, Sums> actual) {
      if (!actual.equals(expected)) {
        Set<K> keys = new HashSet<>(expected.keySet());
        keys.addAll(actual.keySet());
        for (K key : keys) {
          if (!Objects.equals(actual.get(key), expected.get(key))) {
            throw new IllegalStateException(
                key + ": " + actual.get(key) + ", must be " + expected.get(key));
          }
        }
      }
    }

    private long ended() {
      return completed + failed;
    }

    private Sums and(Sums more) {
      return new Sums(
          completed + more.completed,
          failed + more.failed,
          bytes + more.bytes,
          micros + more.micros,
          stamps + more.stamps);
    }
  }
}
