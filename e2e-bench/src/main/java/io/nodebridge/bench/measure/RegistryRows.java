package io.nodebridge.bench.measure;

import io.nodebridge.bench.stack.Stack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/// What the registry has committed of a swarm.
public final class RegistryRows {
  /// All beats that were heard: each node counts its own from 1.
  public static final String BEATS = "coalesce(sum(sequence), 0)";

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long LOOK_MILLIS = 20;

  private RegistryRows() {}

  /// Waits until an aggregate over the swarm's rows is as large as expected.
  ///
  /// @param prefix of the swarm's ids
  /// @param aggregate SQL over `registry.node`
  /// @return what it is in the end, also if that is less
  public static long await(Stack stack, String prefix, String aggregate, long expected)
      throws SQLException, InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    try (Connection connection = stack.postgres().connect();
        PreparedStatement rows =
            connection.prepareStatement(
                "SELECT " + aggregate + " FROM registry.node WHERE id LIKE ? || '-%'")) {
      rows.setString(1, prefix);
      while (true) {
        try (ResultSet row = rows.executeQuery()) {
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
