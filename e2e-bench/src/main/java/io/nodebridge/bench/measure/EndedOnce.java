package io.nodebridge.bench.measure;

import io.nodebridge.bench.stack.PostgresAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Whether the ends that were written to the event log are counted once, wherever Postgres counts
/// them.
public final class EndedOnce {
  private static final Map<String, String> COUNTS =
      Map.of(
          "rows",
          """
          SELECT count(*) FROM reducer.workflow
          WHERE namespace LIKE ? || '-%' AND state = 'COMPLETED'
          """,
          "counted in sums",
          """
          SELECT coalesce(sum(completed), 0) FROM reducer.namespace
          WHERE namespace LIKE ? || '-%'
          """,
          "counted in windows or late",
          """
          SELECT sum(ended)
          FROM (SELECT namespace, completed AS ended FROM reducer.window_aggregate
                UNION ALL
                SELECT namespace, 1 FROM reducer.late_event)
          WHERE namespace LIKE ? || '-%'
          """);

  private EndedOnce() {}

  /// Compares for all namespaces with a prefix.
  ///
  /// @param which begins the checks' names
  public static List<Check> compare(
      PostgresAddress postgres, String prefix, long expected, String which) throws SQLException {
    List<Check> checks = new ArrayList<>();
    try (Connection connection = postgres.connect()) {
      for (Map.Entry<String, String> count : COUNTS.entrySet()) {
        try (PreparedStatement statement = connection.prepareStatement(count.getValue())) {
          statement.setString(1, prefix);
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            checks.add(Check.equal(which + count.getKey(), expected, row.getLong(1)));
          }
        }
      }
    }
    return checks;
  }
}
