package io.nodebridge.bench.benchmark;

import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.reducer.fold.LogEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/// Ends of workflows as the event log carries them, from a seed.
final class FoldItems {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int PARTITIONS = 8;

  private FoldItems() {}

  /// Ends within one window, over a number of namespaces.
  static List<LogEntry> inOneWindow(int count, int namespaces) {
    Random random = new Random(count);
    List<LogEntry> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(end(i, "space-" + i % namespaces, START.plusMillis(random.nextInt(5_000)), random));
    }
    return items;
  }

  /// Ends over 50 s in one partition: each up to 700 ms out of order, which the lateness allows,
  /// and every twentieth 30 s behind, which it does not once 30 s have passed.
  static List<LogEntry> stream(int count) {
    Random random = new Random(count);
    List<LogEntry> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long millis = i * 50_000L / count + random.nextInt(700) - (i % 20 == 19 ? 30_000 : 0);
      LogEntry.Fact end = end(i * PARTITIONS, "space-0", START.plusMillis(millis), random);
      items.add(end);
    }
    return items;
  }

  private static LogEntry.Fact end(int number, String namespace, Instant at, Random random) {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    boolean good = number % 10 != 9;
    WorkflowState state = good ? WorkflowState.COMPLETED : WorkflowState.FAILED;
    return new LogEntry.Fact(
        number % PARTITIONS,
        number / PARTITIONS,
        at,
        (long) number,
        null,
        new WorkflowEvent(
            id,
            1,
            namespace,
            "local",
            1,
            null,
            List.of(new Transition(WorkflowState.PENDING, state, at)),
            List.of(),
            good ? new Stamp(id, "0".repeat(64), Stamp.METADATA_VERSION) : null,
            1 + random.nextInt(2 << 20),
            number % 2 == 0 ? "text/plain" : "image/png",
            500 + random.nextInt(20_000),
            "body",
            null));
  }
}
