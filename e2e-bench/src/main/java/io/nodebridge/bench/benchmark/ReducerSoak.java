package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Backlog;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.HeapLow;
import io.nodebridge.bench.stack.Stack;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.descriptive.Median;

/// 10,000,000 ends of workflows (`-Dbench.soak.events` for another number) through the running
/// reducer: its memory at the end is what it was at the beginning, and each is counted once.
public final class ReducerSoak implements Benchmark {
  private static final int EVENTS = 10_000_000;
  private static final int ROUNDS = 20;
  private static final double FLAT = 0.8;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final long LOOK_MILLIS = 50;

  @Override
  public Spec spec() {
    return new Spec("reducer_soak", "ReducerPerformance", "reducer", "reducer_soak", true);
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.warmStack();
    int perRound = Integer.getInteger("bench.soak.events", EVENTS) / ROUNDS;
    String prefix = Namespaces.fresh("soak");
    List<Check> checks = new ArrayList<>();
    double[] millis = new double[ROUNDS];
    double[] heap = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long expected = (round + 1L) * perRound;
      try (HeapLow low = HeapLow.watch(stack.reducer())) {
        long begin = System.nanoTime();
        Backlog.write(stack.kafka(), prefix, perRound);
        checks.add(Check.equal("summed", expected, awaitSummed(stack, prefix, expected)));
        millis[round] = (System.nanoTime() - begin) / 1e6;
        heap[round] = low.mebibytes();
      }
    }
    double first = median(heap, 0);
    double last = median(heap, ROUNDS - ROUNDS / 4);
    checks.add(Check.atLeast("lowest heap, first quarter to last", FLAT, first / last));
    return new Measured(
        millis,
        1,
        1,
        checks,
        new double[0],
        List.of(),
        Map.of(
            "eventsPerSecond",
            perRound / median(millis, ROUNDS / 4) * 1_000,
            "heapFirstMiB",
            first,
            "heapLastMiB",
            last));
  }

  // Of a quarter of the rounds.
  private static double median(double[] rounds, int from) {
    return Median.withDefaults().evaluate(Arrays.copyOfRange(rounds, from, from + ROUNDS / 4));
  }

  private static long awaitSummed(Stack stack, String prefix, long expected)
      throws SQLException, InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    String query =
        "SELECT coalesce(sum(completed), 0) FROM reducer.namespace WHERE namespace LIKE '"
            + prefix
            + "-%'";
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement()) {
      while (true) {
        try (ResultSet row = statement.executeQuery(query)) {
          row.next();
          if (row.getLong(1) >= expected || System.nanoTime() > end) {
            return row.getLong(1);
          }
        }
        Thread.sleep(LOOK_MILLIS);
      }
    }
  }
}
