package io.nodebridge.reducer.serve;

import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.reducer.fold.WindowSums;
import io.nodebridge.reducer.store.StoredStep;
import io.nodebridge.reducer.store.StoredTransition;
import io.nodebridge.reducer.store.StoredWindow;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private static final String LIST =
      """
      SELECT *
      FROM workflow
      WHERE (?::text IS NULL OR namespace = ?)
        AND (?::text IS NULL OR state = ?)
        AND (?::timestamptz IS NULL OR last_event_at >= ?)
        AND (?::timestamptz IS NULL OR last_event_at < ?)
        AND (?::timestamptz IS NULL OR (last_event_at, id) < (?, ?))
      ORDER BY last_event_at DESC, id DESC
      LIMIT ?
      """;

  /// A page of workflows, the latest first.
  WorkflowPage workflows(WorkflowQuery query) throws SQLException {
    WorkflowQuery.Place after = query.after();
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(LIST)) {
      int index = 0;
      statement.setString(++index, query.namespace());
      statement.setString(++index, query.namespace());
      String state = query.state() == null ? null : query.state().name();
      statement.setString(++index, state);
      statement.setString(++index, state);
      for (Instant time :
          Arrays.asList(
              query.from(),
              query.from(),
              query.to(),
              query.to(),
              after == null ? null : after.lastEventAt(),
              after == null ? null : after.lastEventAt())) {
        statement.setObject(++index, time(time), Types.TIMESTAMP_WITH_TIMEZONE);
      }
      statement.setObject(++index, after == null ? null : after.id(), Types.OTHER);
      // One more than asked for tells whether there is another page.
      statement.setInt(++index, query.limit() + 1);
      try (ResultSet row = statement.executeQuery()) {
        List<WorkflowView> views = new ArrayList<>();
        WorkflowQuery.Place last = null;
        while (row.next()) {
          if (views.size() == query.limit()) {
            return new WorkflowPage(views, last == null ? null : last.cursor());
          }
          views.add(view(row));
          last =
              new WorkflowQuery.Place(
                  row.getObject("last_event_at", OffsetDateTime.class).toInstant(),
                  row.getObject("id", UUID.class));
        }
        return new WorkflowPage(views, null);
      }
    }
  }

  private static final String WINDOWS =
      """
      SELECT *
      FROM window_aggregate
      WHERE namespace = ?
        AND window_start >= coalesce(?::timestamptz, '-infinity')
        AND window_start < coalesce(?::timestamptz, 'infinity')
        AND window_start IN (
          SELECT DISTINCT window_start
          FROM window_aggregate
          WHERE namespace = ?
            AND window_start >= coalesce(?::timestamptz, '-infinity')
            AND window_start < coalesce(?::timestamptz, 'infinity')
          ORDER BY window_start DESC
          LIMIT ?)
      ORDER BY window_start DESC
      """;

  /// A namespace's windows, the latest first; the rows of the partitions are added up here, because
  /// their histograms are.
  List<WindowView> windows(
      String namespace, @Nullable Instant from, @Nullable Instant to, int limit)
      throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(WINDOWS)) {
      for (int i = 0; i <= 3; i += 3) {
        statement.setString(i + 1, namespace);
        statement.setObject(i + 2, time(from), Types.TIMESTAMP_WITH_TIMEZONE);
        statement.setObject(i + 3, time(to), Types.TIMESTAMP_WITH_TIMEZONE);
      }
      statement.setInt(7, limit);
      try (ResultSet row = statement.executeQuery()) {
        Map<Instant, WindowSums> windows = new LinkedHashMap<>();
        while (row.next()) {
          windows
              .computeIfAbsent(instant(row, "window_start"), _ -> new WindowSums())
              .merge(StoredWindow.read(row));
        }
        return windows.entrySet().stream()
            .map(window -> WindowView.of(window.getKey(), window.getValue()))
            .toList();
      }
    }
  }

  private static final String LATE_EVENTS =
      """
      SELECT workflow_id, namespace, event_at, at
      FROM late_event
      ORDER BY at DESC, workflow_id
      LIMIT ?
      """;

  /// The newest late events first.
  List<LateEventView> lateEvents(int limit) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(LATE_EVENTS)) {
      statement.setInt(1, limit);
      try (ResultSet row = statement.executeQuery()) {
        List<LateEventView> views = new ArrayList<>();
        while (row.next()) {
          views.add(
              new LateEventView(
                  row.getObject("workflow_id", UUID.class),
                  row.getString("namespace"),
                  instant(row, "event_at"),
                  instant(row, "at")));
        }
        return views;
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
        row.getString("body_hash"),
        row.getObject("first_event_at", OffsetDateTime.class).toInstant(),
        row.getObject("last_event_at", OffsetDateTime.class).toInstant());
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant at) {
    return at == null ? null : at.atOffset(ZoneOffset.UTC);
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable String base64(byte @Nullable [] value) {
    return value == null ? null : Base64.getEncoder().encodeToString(value);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
