package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Swarm;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Series;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.introspection.node.Voice;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A thousand nodes released at once, each on a thread of its own: from the release until the rows
/// of all of them are seen committed with this beat.
public final class ThousandHeartbeats implements Benchmark {
  private static final int NODES = 1_000;
  private static final int RELEASES_A_ROUND = 10;
  private static final int WARM_UP = 20;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final long LOOK_MILLIS = 2;

  @Override
  public Spec spec() {
    return new Spec(
        "1000_concurrent_heartbeats",
        "ConcurrentLoad",
        "introspection",
        "heartbeat_1000_concurrent",
        true);
  }

  @Override
  public boolean slow() {
    return true;
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.stack();
    int rounds = RELEASES_A_ROUND * rig.rounds();
    String prefix = Namespaces.fresh("thousand");
    double[] samples = new double[rounds];
    long seen = 0;
    long missing = 0;
    List<List<Double>> received = new ArrayList<>();
    try (Swarm swarm = Swarm.of(stack.kafka(), prefix, NODES, NEVER, BeatingNode.HEALTHY);
        Connection connection = stack.postgres().connect();
        PreparedStatement rows = connection.prepareStatement(ROWS)) {
      rows.setString(1, prefix);
      for (int round = -WARM_UP; round < rounds && missing == 0; round++) {
        rows.setLong(2, round + WARM_UP + 1);
        long begin = release(swarm);
        received = new ArrayList<>();
        long found = await(rows, begin, received);
        missing = NODES - found;
        if (round >= 0) {
          samples[round] = (System.nanoTime() - begin) / 1e6;
          seen += found;
        }
      }
    }
    long beats = (long) rounds * NODES;
    double rate = seen / (double) beats;
    List<Check> checks = new ArrayList<>();
    checks.add(Check.equal("nodes whose row did not come in time", 0, missing));
    checks.add(Check.equal("rows seen with the beat of their round", beats, seen));
    checks.add(Check.atLeast("success rate", 1, rate));
    return new Measured(
        samples,
        1,
        1,
        checks,
        new double[0],
        List.of(),
        List.of(new Series(Series.RECEIVED, "rows", received)),
        Map.of("successRate", rate, "heartbeatsPerSecond", perSecond(samples)));
  }

  private static double perSecond(double[] samples) {
    return NODES * 1_000 / Arrays.stream(samples).average().orElseThrow();
  }

  private static long release(Swarm swarm) throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(NODES);
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Voice voice : swarm.voices()) {
        threads.execute(
            () -> {
              ready.countDown();
              try {
                go.await();
                voice.beat();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
      }
      ready.await();
      long begin = System.nanoTime();
      go.countDown();
      return begin;
    }
  }

  private static final String ROWS =
      """
      SELECT count(*) FROM registry.node WHERE id LIKE ? || '-%' AND sequence = ?
      """;

  private static long await(PreparedStatement rows, long beginNanos, List<List<Double>> received)
      throws SQLException, InterruptedException {
    while (true) {
      try (ResultSet row = rows.executeQuery()) {
        row.next();
        long found = row.getLong(1);
        long tookNanos = System.nanoTime() - beginNanos;
        received.add(List.of(tookNanos / 1e6, (double) found));
        if (found == NODES || tookNanos > LIMIT.toNanos()) {
          return found;
        }
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }
}
