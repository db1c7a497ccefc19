package io.nodebridge.bench.measure;

import io.nodebridge.bench.stack.PostgresAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/// Workflows whose row has the results of both workers.
public final class BothWorkers {
  private BothWorkers() {}

  private static final String ANSWERED =
      """
      SELECT count(*)
      FROM reducer.workflow w
      WHERE namespace = ?
        AND (SELECT count(*) FROM json_array_elements(w.steps) s
             WHERE s #>> '{run,outcome}' = 'COMPLETED'
               AND s #>> '{run,instance}' IS NOT NULL
               AND (s #>> '{run,name}' = 'insight' AND s #>> '{run,result,confidence}' IS NOT NULL
                    OR s #>> '{run,name}' = 'hash' AND s #>> '{run,result,hash}' = w.hash)) = 2
      """;

  public static Check askedOnceEach(PostgresAddress postgres, String namespace, long workflows)
      throws SQLException {
    return Check.equal("both workers asked, once each", workflows, count(postgres, namespace));
  }

  public static long count(PostgresAddress postgres, String namespace) throws SQLException {
    try (Connection connection = postgres.connect();
        PreparedStatement statement = connection.prepareStatement(ANSWERED)) {
      statement.setString(1, namespace);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
