package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Backlog;
import io.nodebridge.bench.measure.AggregateDrain;
import io.nodebridge.bench.measure.BareDrain;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.EndedOnce;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.bench.stack.Stack.Reach;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.kafka.common.TopicPartition;

/// A backlog of ended workflows, drained. The running reducer is held still while the backlog is
/// written.
public final class ReducerDrain implements Benchmark {
  private static final int ROUNDS = 3;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long LOOK_MILLIS = 5;

  private final boolean rows;

  private ReducerDrain(boolean rows) {
    this.rows = rows;
  }

  /// By the running reducer, into rows, windows and sums. The floor is a bare loop over the same
  /// events.
  public static ReducerDrain rows() {
    return new ReducerDrain(true);
  }

  /// By the reducer's own code on one thread, into windows only.
  public static ReducerDrain aggregates() {
    return new ReducerDrain(false);
  }

  @Override
  public Spec spec() {
    String name = rows ? "reducer_drain" : "reducer_drain_aggregates";
    return new Spec(name, "ReducerPerformance", "reducer", name, true);
  }

  @Override
  public Profile from() {
    return Profile.STANDARD;
  }

  @Override
  public Reach needs() {
    return Reach.PARTS;
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.warmStack();
    int count = rig.profile().backlog();
    List<Check> checks = new ArrayList<>();
    int rounds = rig.atLeastMinRounds(ROUNDS);
    double[] drained = new double[rounds];
    double[] floor = new double[rows ? rounds : 0];
    // The first round is for the compilers.
    for (int round = -1; round < rounds; round++) {
      String name = round < 0 ? "warm-up: " : "round " + (round + 1) + ": ";
      Round measured =
          rows ? drainRows(stack, count, checks, name) : drainOnly(stack, count, checks, name);
      if (round >= 0) {
        drained[round] = measured.millis();
        if (rows) {
          floor[round] = measured.floorMillis();
        }
      }
    }
    return new Measured(
        drained,
        1,
        1,
        checks,
        floor,
        List.of(),
        rows
            ? Map.of(
                "rowsPerSecond", perSecond(count, drained),
                "floorRowsPerSecond", perSecond(count, floor))
            : Map.of("eventsPerSecond", perSecond(count, drained)));
  }

  private record Round(double millis, double floorMillis) {}

  private static Round drainRows(Stack stack, int count, List<Check> checks, String name)
      throws Exception {
    String prefix = Namespaces.fresh("drain");
    Map<TopicPartition, Long> from = BareDrain.ends(stack);
    long before = folded(stack);
    long begin;
    stack.pause("reducer");
    try {
      Backlog.write(stack.kafka(), prefix, count);
      begin = System.nanoTime();
    } finally {
      stack.resume("reducer");
    }
    awaitFolded(stack, before + count);
    double millis = (System.nanoTime() - begin) / 1e6;
    checks.addAll(EndedOnce.compare(stack.postgres(), prefix, count, name));
    return new Round(millis, BareDrain.millis(stack, from, count));
  }

  private static Round drainOnly(Stack stack, int count, List<Check> checks, String name)
      throws Exception {
    Map<TopicPartition, Long> from = BareDrain.ends(stack);
    long before = folded(stack);
    AggregateDrain.Drained drained;
    stack.pause("reducer");
    try {
      Backlog.write(stack.kafka(), Namespaces.fresh("drain"), count);
      drained = AggregateDrain.drain(stack, from, count);
    } finally {
      stack.resume("reducer");
    }
    // The next round is not to be disturbed by it.
    awaitFolded(stack, before + count);
    checks.add(Check.equal(name + "counted in windows or late", count, drained.counted()));
    return new Round(drained.millis(), 0);
  }

  private static double perSecond(int count, double[] millis) {
    return count / Median.withDefaults().evaluate(millis) * 1_000;
  }

  private static final String FOLDED = "SELECT coalesce(sum(folded), 0) FROM reducer.position";

  // The counters move in the same transaction as the rows, and are 12 rows to read.
  private static void awaitFolded(Stack stack, long expected)
      throws SQLException, InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    try (Connection connection = stack.postgres().connect();
        PreparedStatement statement = connection.prepareStatement(FOLDED)) {
      while (number(statement) < expected && System.nanoTime() < end) {
        Thread.sleep(LOOK_MILLIS);
      }
    }
  }

  private static long folded(Stack stack) throws SQLException {
    try (Connection connection = stack.postgres().connect();
        PreparedStatement statement = connection.prepareStatement(FOLDED)) {
      return number(statement);
    }
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }
}
