package io.nodebridge.reducer.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Reads what positions are kept, before one is claimed.
public final class Positions {
  private final DataSource database;

  public Positions(DataSource database) {
    this.database = database;
  }

  private static final String FORMER =
      """
      SELECT p.topic_id
      FROM position p
      WHERE p.part = ?
        AND NOT EXISTS (SELECT FROM position n WHERE n.topic_id = ? AND n.part = p.part)
      ORDER BY p.updated_at DESC
      LIMIT 1
      """;

  /// The topic that a partition was folded from until now, if it is another one and nobody has
  /// accepted the new one. Read committed, changes nothing.
  public @Nullable UUID formerTopic(UUID topicId, int partition) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(FORMER)) {
      statement.setInt(1, partition);
      statement.setObject(2, topicId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getObject(1, UUID.class) : null;
      }
    }
  }
}
