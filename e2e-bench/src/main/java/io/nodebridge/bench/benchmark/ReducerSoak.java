package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Backlog;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.HeapLow;
import io.nodebridge.bench.measure.SoakRounds;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.stack.Stack;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// 10,000,000 ends of workflows (`-Dbench.soak.events` for another number) through the running
/// reducer: its memory at the end is what it was at the beginning, and each is counted once.
public final class ReducerSoak implements Benchmark {
  private static final int EVENTS = 10_000_000;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final long LOOK_MILLIS = 50;

  @Override
  public Spec spec() {
    return new Spec("reducer_soak", "ReducerPerformance", "reducer", "reducer_soak", true);
  }

  @Override
  public Profile from() {
    return Profile.SOAK;
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.warmStack();
    int perRound = rig.options().count(Option.SOAK_EVENTS, EVENTS) / SoakRounds.COUNT;
    String prefix = Namespaces.fresh("soak");
    List<Check> checks = new ArrayList<>();
    SoakRounds rounds = new SoakRounds();
    for (int round = 0; round < SoakRounds.COUNT; round++) {
      long expected = (round + 1L) * perRound;
      try (HeapLow low = HeapLow.watch(stack.reducer())) {
        long begin = System.nanoTime();
        Backlog.write(stack.kafka(), prefix, perRound);
        checks.add(Check.equal("summed", expected, awaitSummed(stack, prefix, expected)));
        rounds.add(round, begin, low);
      }
    }
    checks.add(rounds.flatFrom(0, "lowest heap, first quarter to last"));
    return new Measured(
        rounds.millis(),
        1,
        1,
        checks,
        new double[0],
        List.of(),
        Map.of(
            "eventsPerSecond", rounds.perSecond(perRound),
            "heapFirstMiB", rounds.heapMiB(0),
            "heapLastMiB", rounds.heapMiB(3)));
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
