package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Backlog;
import io.nodebridge.bench.measure.BareDrain;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.stack.Stack;
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

/// A backlog of ended workflows → rows, windows and sums, by the running reducer: it is held still
/// while the backlog is written, then let go. The floor is a bare loop over the same events.
public final class ReducerDrain implements Benchmark {
  private static final int ROUNDS = 3;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long LOOK_MILLIS = 5;

  @Override
  public Spec spec() {
    return new Spec("reducer_drain", "ReducerPerformance", "reducer", "reducer_batch_10000", true);
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.warmStack();
    int count = rig.profile().backlog();
    List<Check> checks = new ArrayList<>();
    double[] drained = new double[ROUNDS];
    double[] bare = new double[ROUNDS];
    // The first round is for the compilers.
    for (int round = -1; round < ROUNDS; round++) {
      String prefix = Namespaces.fresh("drain");
      Map<TopicPartition, Long> from = BareDrain.ends(stack);
      stack.pause("reducer");
      long begin;
      try {
        Backlog.write(stack.kafka(), prefix, count);
        begin = System.nanoTime();
      } finally {
        stack.resume("reducer");
      }
      long found = awaitRows(stack, prefix, count);
      double millis = (System.nanoTime() - begin) / 1e6;
      double floor = BareDrain.millis(stack, from, count);
      checks.add(Check.equal("rows of round " + round, count, found));
      checks.add(Check.equal("counted in windows or late", count, counted(stack, prefix)));
      if (round >= 0) {
        drained[round] = millis;
        bare[round] = floor;
      }
    }
    return new Measured(
        drained,
        1,
        1,
        checks,
        bare,
        List.of(),
        Map.of(
            "rowsPerSecond",
            perSecond(count, drained),
            "floorRowsPerSecond",
            perSecond(count, bare)));
  }

  private static double perSecond(int count, double[] millis) {
    return count / Median.withDefaults().evaluate(millis) * 1_000;
  }

  private static final String SUMS =
      """
      SELECT coalesce(sum(completed), 0) FROM reducer.namespace WHERE namespace LIKE ? || '-%'
      """;

  // The sums move in the same transaction as the rows, and are 100 rows to read instead of all.
  private static long awaitRows(Stack stack, String prefix, int count)
      throws SQLException, InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    try (Connection connection = stack.postgres().connect();
        PreparedStatement statement = connection.prepareStatement(SUMS)) {
      statement.setString(1, prefix);
      while (true) {
        long found = number(statement);
        if (found >= count || System.nanoTime() > end) {
          return found;
        }
        Thread.sleep(LOOK_MILLIS);
      }
    }
  }

  private static final String COUNTED =
      """
      SELECT (SELECT count(*) FROM reducer.late_event WHERE namespace LIKE ? || '-%')
        + coalesce((SELECT sum(completed) FROM reducer.window_aggregate
                    WHERE namespace LIKE ? || '-%'), 0)
      """;

  private static long counted(Stack stack, String prefix) throws SQLException {
    try (Connection connection = stack.postgres().connect();
        PreparedStatement statement = connection.prepareStatement(COUNTED)) {
      statement.setString(1, prefix);
      statement.setString(2, prefix);
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
