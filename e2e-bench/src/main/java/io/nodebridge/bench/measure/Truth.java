package io.nodebridge.bench.measure;

import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.Ledger.Sent;
import io.nodebridge.bench.stack.PostgresAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Compares what Postgres holds for a namespace with the client's own ledger.
public final class Truth {
  private Truth() {}

  private static final String ROWS =
      """
      SELECT id, state, hash, size_bytes
      FROM reducer.workflow
      WHERE namespace = ?
      """;

  private static final String SUMS =
      """
      SELECT completed, failed, bytes
      FROM reducer.namespace
      WHERE namespace = ?
      """;

  /// No request refused, and every accepted one exactly once, completed, with the hash that the
  /// client computed, and the namespace's sums equal to the ledger's.
  public static List<Check> compare(PostgresAddress postgres, String namespace, Ledger ledger)
      throws SQLException {
    Map<UUID, Sent> accepted = ledger.accepted();
    long found = 0;
    long unexpected = 0;
    long wrong = 0;
    List<Check> checks = new ArrayList<>();
    checks.add(Check.none("requests refused or broken", ledger.failures()));
    try (Connection connection = postgres.connect()) {
      try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
        statement.setString(1, namespace);
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            Sent sent = accepted.get(row.getObject("id", UUID.class));
            if (sent == null) {
              unexpected++;
              continue;
            }
            found++;
            boolean right =
                row.getString("state").equals("COMPLETED")
                    && sent.hash().equals(row.getString("hash"))
                    && sent.sizeBytes() == row.getLong("size_bytes");
            wrong += right ? 0 : 1;
          }
        }
      }
      checks.add(Check.equal("lost", 0, accepted.size() - found));
      checks.add(Check.equal("unexpected rows", 0, unexpected));
      checks.add(Check.equal("wrong outcome, hash or size", 0, wrong));
      long bytes = accepted.values().stream().mapToLong(Sent::sizeBytes).sum();
      try (PreparedStatement statement = connection.prepareStatement(SUMS)) {
        statement.setString(1, namespace);
        try (ResultSet row = statement.executeQuery()) {
          boolean there = row.next();
          checks.add(
              Check.equal("aggregate: completed", accepted.size(), there ? row.getLong(1) : 0));
          checks.add(Check.equal("aggregate: failed", 0, there ? row.getLong(2) : 0));
          checks.add(Check.equal("aggregate: bytes", bytes, there ? row.getLong(3) : 0));
        }
      }
    }
    return checks;
  }
}
