package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.health.Compilers;
import io.nodebridge.bench.load.ClosedLoop;
import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.stack.Stack;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// Drives a fresh stack until it gets no faster. Young JVMs on few processors compile for half a
/// minute, and on a slow machine for longer than any fixed number of requests allows for; a
/// pipeline that is measured before shows many times its latency. A closed loop takes what the
/// machine has, and never piles up.
final class WarmUp {
  /// The leak benchmark's rounds have as many.
  static final int IN_FLIGHT = 16;

  private static final Duration SLICE = Duration.ofSeconds(5);
  private static final double FASTER = 1.1;
  // Two slices may be slow by chance.
  private static final int WITHOUT_GAIN = 3;
  // Of one processor, by the compilers of all services together.
  private static final double AT_REST = 0.2;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration AFTER_REFUSAL = Duration.ofMillis(100);

  private WarmUp() {}

  /// What it took.
  ///
  /// @param steady whether it got no faster at last, and the compilers rested
  record Warm(int seconds, double perSecond, boolean steady) {
    String sentence() {
      return String.format(
          Locale.ROOT,
          "%s after %d s, %.0f workflows/s",
          steady ? "warm" : "not all of it compiled",
          seconds,
          perSecond);
    }
  }

  /// Returns when the last slices were not a tenth faster than one before them and the compilers
  /// rest, or after that time.
  static Warm run(Stack stack, Duration most) throws IOException, InterruptedException {
    Ledger ledger = new Ledger();
    AtomicLong numbers = new AtomicLong();
    long mostSlices = most.dividedBy(SLICE);
    double best = 0;
    int slices = 0;
    boolean steady = false;
    try (CommitFeed feed = CommitFeed.follow(stack.reducer());
        WorkflowClient client =
            new WorkflowClient(
                stack.orchestrator(),
                Contents.stampingWithInsight(Namespaces.fresh("warm")),
                ledger)) {
      int without = 0;
      double compiled = Compilers.seconds(stack.processes());
      for (; !steady && slices < mostSlices; slices++) {
        int before = ledger.accepted().size();
        ClosedLoop.run(
            IN_FLIGHT, SLICE, numbers, (number, begun) -> one(client, feed, number, begun));
        // What was refused is a piece of the loop too, but no work.
        double perSecond = (double) (ledger.accepted().size() - before) / SLICE.toSeconds();
        without = perSecond > FASTER * best ? 0 : without + 1;
        best = Math.max(best, perSecond);
        double now = Compilers.seconds(stack.processes());
        double compiling = (now - compiled) / SLICE.toSeconds();
        compiled = now;
        steady = without >= WITHOUT_GAIN && compiling <= AT_REST;
      }
    }
    if (ledger.accepted().isEmpty()) {
      throw new IllegalStateException(
          "no workflow for warming up was accepted; the last refusal: "
              + ledger.failures().getLast());
    }
    return new Warm((int) SLICE.multipliedBy(slices).toSeconds(), best, steady);
  }

  // Young services on a busy machine say that they are overloaded, and are asked again.
  private static boolean one(WorkflowClient client, CommitFeed feed, long number, long begun)
      throws InterruptedException {
    UUID id = client.post(number, begun);
    if (id == null) {
      Thread.sleep(AFTER_REFUSAL);
      return true;
    }
    if (!feed.await(List.of(id), LIMIT)) {
      throw new IllegalStateException(
          "workflow %s for warming up was not committed within %d s"
              .formatted(id, LIMIT.toSeconds()));
    }
    return true;
  }
}
