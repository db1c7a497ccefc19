package io.nodebridge.reducer.serve;

import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.reducer.store.StoredStep;
import io.nodebridge.reducer.store.StoredTransition;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads what was committed. Each query is one statement, read committed, outside the writer's
/// connection.
final class WorkflowReads {
  private static final Logger LOG = LoggerFactory.getLogger(WorkflowReads.class);
  private static final JsonCodec<StoredStep> STEP = JsonCodec.of(StoredStep.class);
  private static final JsonCodec<StoredTransition> TRANSITION =
      JsonCodec.of(StoredTransition.class);
  private static final JsonCodec<WorkflowError> ERROR = JsonCodec.of(WorkflowError.class);

  private final DataSource database;

  WorkflowReads(DataSource database) {
    this.database = database;
  }

  /// Whether the database answers within a second.
  boolean answers() {
    try (Connection connection = database.getConnection()) {
      return connection.isValid(1);
    } catch (SQLException e) {
      LOG.debug("the database does not answer", e);
      return false;
    }
  }

  private static final String WORKFLOW =
      """
      SELECT *
      FROM workflow
      WHERE id = ?
      """;

  /// The workflow's row, or null if it is unknown or not yet folded.
  @Nullable WorkflowView workflow(UUID id) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(WORKFLOW)) {
      statement.setObject(1, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? view(row) : null;
      }
    }
  }

  private static final String NAMESPACES =
      """
      SELECT *
      FROM namespace
      ORDER BY namespace
      """;

  List<NamespaceView> namespaces() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(NAMESPACES);
        ResultSet row = statement.executeQuery()) {
      List<NamespaceView> views = new ArrayList<>();
      while (row.next()) {
        views.add(
            new NamespaceView(
                row.getString("namespace"),
                row.getLong("completed"),
                row.getLong("failed"),
                row.getLong("bytes"),
                row.getLong("processing_micros_sum"),
                row.getLong("processing_micros_min"),
                row.getLong("processing_micros_max")));
      }
      return views;
    }
  }

  private static final String DEAD_LETTERS =
      """
      SELECT topic_id, part, "offset", reason, key, value, at
      FROM dead_letter
      ORDER BY at DESC, topic_id, part, "offset" DESC
      LIMIT ?
      """;

  /// The newest dead letters first.
  List<DeadLetterView> deadLetters(int limit) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(DEAD_LETTERS)) {
      statement.setInt(1, limit);
      try (ResultSet row = statement.executeQuery()) {
        List<DeadLetterView> views = new ArrayList<>();
        while (row.next()) {
          views.add(
              new DeadLetterView(
                  row.getObject("topic_id", UUID.class),
                  row.getInt("part"),
                  row.getLong("offset"),
                  row.getString("reason"),
                  row.getString("key"),
                  base64(row.getBytes("value")),
                  row.getObject("at", OffsetDateTime.class).toInstant()));
        }
        return views;
      }
    }
  }

  private static WorkflowView view(ResultSet row) throws SQLException {
    UUID stampId = row.getObject("stamp_id", UUID.class);
    String error = row.getString("error");
    return new WorkflowView(
        row.getObject("id", UUID.class),
        row.getString("namespace"),
        row.getString("definition"),
        row.getInt("definition_version"),
        WorkflowState.valueOf(row.getString("state")),
        row.getInt("sequence"),
        TRANSITION.decodeList(utf8(row.getString("transitions"))).stream()
            .map(StoredTransition::move)
            .toList(),
        STEP.decodeList(utf8(row.getString("steps"))).stream().map(StoredStep::run).toList(),
        stampId == null
            ? null
            : new Stamp(stampId, row.getString("hash"), row.getString("metadata_version")),
        row.getLong("size_bytes"),
        row.getString("content_type"),
        row.getLong("processing_micros"),
        error == null ? null : ERROR.decode(utf8(error)),
        row.getObject("first_event_at", OffsetDateTime.class).toInstant(),
        row.getObject("last_event_at", OffsetDateTime.class).toInstant());
  }

  private static @Nullable String base64(byte @Nullable [] value) {
    return value == null ? null : Base64.getEncoder().encodeToString(value);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
