package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.stack.Stack;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Bursts of 100 workflows with two remote steps each, posted at once.
final class Bursts implements AutoCloseable {
  static final int SIZE = 100;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final CommitFeed feed;
  private final WorkflowClient client;
  private long numbers;

  Bursts(Stack stack, CommitFeed feed, String namespace, Ledger ledger) {
    this.feed = feed;
    this.client =
        new WorkflowClient(stack.orchestrator(), Contents.stampingWithInsight(namespace), ledger);
  }

  /// Runs one, and gives the milliseconds from the first call to the last commit; empty if not all
  /// of it was accepted and seen committed in time.
  OptionalDouble next() throws InterruptedException {
    ConcurrentLinkedQueue<UUID> ids = new ConcurrentLinkedQueue<>();
    long begin = System.nanoTime();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SIZE; i++) {
        long number = numbers++;
        callers.execute(() -> post(number, begin, ids));
      }
    }
    if (ids.size() < SIZE || !feed.await(List.copyOf(ids), LIMIT)) {
      return OptionalDouble.empty();
    }
    long last =
        ids.stream().mapToLong(id -> feed.commitOf(id).join().getLast()).max().orElse(begin);
    return OptionalDouble.of((last - begin) / 1e6);
  }

  private void post(long number, long begin, ConcurrentLinkedQueue<UUID> ids) {
    UUID id = client.post(number, begin);
    if (id != null) {
      ids.add(id);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
