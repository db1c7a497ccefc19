package io.nodebridge.introspection.registry;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.NodeStatus;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.config.DatabaseUrl;
import io.nodebridge.introspection.postgres.Columns;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/// Keeps the table in Postgres: one statement, which is one transaction and one round trip, for all
/// that a poll changed.
final class RegistryStore implements RegistryLoop.Store, AutoCloseable {
  private static final JsonCodec<Heartbeat> HEARTBEAT = JsonCodec.of(Heartbeat.class);
  private static final JsonCodec<Introspection> INTROSPECTION = JsonCodec.of(Introspection.class);
  private static final String SCHEMA = "registry";
  private static final int CONNECTIONS = 2;

  // A database that hangs must not keep the registry from hearing beats: give up within a second.
  private static final String SESSION_LIMITS =
      "-c statement_timeout=1000 -c lock_timeout=1000 -c idle_in_transaction_session_timeout=5000"
          + " -c role=nodebridge_registry";
  private static final int CONNECTION_TIMEOUT_MILLIS = 500;
  private static final int SOCKET_TIMEOUT_SECONDS = 2;

  private final HikariDataSource database;
  private final Map<Topic, UUID> topicIds;

  private RegistryStore(HikariDataSource database, Map<Topic, UUID> topicIds) {
    this.database = database;
    this.topicIds = Map.copyOf(topicIds);
  }

  /// Brings the schema to this version and opens a pool.
  ///
  /// @param topicIds of the topics that messages come from
  static RegistryStore open(DatabaseUrl url, DatabaseUrl owner, Map<Topic, UUID> topicIds) {
    Flyway.configure()
        .dataSource(owner.jdbcUrl(), owner.user(), owner.password())
        .schemas(SCHEMA)
        .locations("classpath:db/registry")
        .load()
        .migrate();
    HikariConfig config = new HikariConfig();
    config.setPoolName(SCHEMA);
    config.setJdbcUrl(url.jdbcUrl());
    config.setUsername(url.user());
    config.setPassword(url.password());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
    config.setValidationTimeout(CONNECTION_TIMEOUT_MILLIS);
    config.setInitializationFailTimeout(-1);
    config.addDataSourceProperty("ApplicationName", "nodebridge-registry");
    config.addDataSourceProperty("currentSchema", SCHEMA);
    config.addDataSourceProperty("options", SESSION_LIMITS);
    config.addDataSourceProperty("socketTimeout", SOCKET_TIMEOUT_SECONDS);
    config.addDataSourceProperty("prepareThreshold", 1);
    return new RegistryStore(new HikariDataSource(config), topicIds);
  }

  /// Whether a connection can be had and answers.
  boolean reachable() {
    try (Connection connection = database.getConnection()) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private static final String LOAD =
      """
      SELECT id, incarnation, sequence, type, status, since, last_beat_at, description, beat
      FROM node
      """;

  /// Read committed.
  @Override
  public List<NodeRow> load() throws SQLException {
    List<NodeRow> rows = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(LOAD);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        rows.add(
            new NodeRow(
                row.getString("id"),
                row.getLong("incarnation"),
                row.getLong("sequence"),
                NodeType.valueOf(row.getString("type").toUpperCase(Locale.ROOT)),
                NodeStatus.valueOf(row.getString("status")),
                row.getObject("since", OffsetDateTime.class).toInstant(),
                row.getObject("last_beat_at", OffsetDateTime.class).toInstant(),
                document(row.getString("description"), INTROSPECTION),
                document(row.getString("beat"), HEARTBEAT)));
      }
    }
    return rows;
  }

  private static final String CLAIM =
      """
      INSERT INTO leader AS l (generation, owner, since)
      VALUES (1, ?, now())
      ON CONFLICT (singleton) DO UPDATE
      SET generation = l.generation + 1, owner = excluded.owner, since = excluded.since
      RETURNING generation
      """;

  /// Waits for a write of the last leader that is on its way.
  @Override
  public long claim(String registryId) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      statement.setString(1, registryId);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static final String HOLDS =
      """
      SELECT 1
      FROM leader
      WHERE generation = ?
      """;

  @Override
  public boolean holds(long generation) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(HOLDS)) {
      statement.setLong(1, generation);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  private static final String HISTORY =
      """
      SELECT incarnation, status, since, generation
      FROM node_history
      WHERE id = ?
      ORDER BY since DESC
      LIMIT 100
      """;

  /// The turns of a node's life, the newest first, a hundred at most. Read committed.
  List<Turn> history(String nodeId) throws SQLException {
    List<Turn> turns = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(HISTORY)) {
      statement.setString(1, nodeId);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          turns.add(
              new Turn(
                  row.getLong("incarnation"),
                  NodeStatus.valueOf(row.getString("status")),
                  row.getObject("since", OffsetDateTime.class).toInstant(),
                  row.getLong("generation")));
        }
      }
    }
    return turns;
  }

  /// What is to be written at once.
  ///
  /// @param turned what becomes history
  /// @param forgotten ids of rows to remove
  record Changes(
      Collection<NodeRow> rows,
      Collection<NodeRow> turned,
      Collection<String> forgotten,
      Collection<DeadLetter> dead) {}

  private static final String WRITE =
      """
      WITH fence AS (
        SELECT generation
        FROM leader
        WHERE generation = ?
        FOR SHARE
      ), parked AS (
        INSERT INTO dead_letter (topic_id, part, "offset", topic, reason, key, value)
        SELECT c.topic_id::uuid, c.part, c."offset", c.topic, c.reason, c.key, c.value
        FROM fence, unnest(
            ?::text[], ?::int[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::bytea[])
          AS c(topic_id, part, "offset", topic, reason, key, value)
        ON CONFLICT DO NOTHING
      ), told AS (
        INSERT INTO node_history (id, incarnation, status, since, generation)
        SELECT c.id, c.incarnation, c.status, c.since::timestamptz, fence.generation
        FROM fence, unnest(?::text[], ?::bigint[], ?::text[], ?::text[])
          AS c(id, incarnation, status, since)
        ON CONFLICT DO NOTHING
      ), forgotten AS (
        DELETE FROM node
        USING fence
        WHERE id = ANY (?::text[])
      ), kept AS (
      INSERT INTO node AS n (
        id, incarnation, sequence, type, status, since, last_beat_at, capabilities, description,
        beat)
      SELECT id, incarnation, sequence, type, status, since::timestamptz,
        last_beat_at::timestamptz, string_to_array(capabilities, ','), description::jsonb,
        beat::jsonb
      FROM fence, unnest(
          ?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[],
          ?::text[], ?::text[], ?::text[])
        AS c(id, incarnation, sequence, type, status, since, last_beat_at, capabilities,
          description, beat)
      ORDER BY id
      ON CONFLICT (id) DO UPDATE
      SET incarnation = excluded.incarnation,
          sequence = excluded.sequence,
          type = excluded.type,
          status = excluded.status,
          since = excluded.since,
          last_beat_at = excluded.last_beat_at,
          capabilities = excluded.capabilities,
          description = excluded.description,
          beat = excluded.beat
      WHERE (n.incarnation, n.sequence) <= (excluded.incarnation, excluded.sequence)
      )
      SELECT count(*)
      FROM fence
      """;

  /// Read committed; repeating it changes nothing, and a row gives way only to what is as new or
  /// newer, since a verdict changes without a beat.
  @Override
  public void write(long generation, Changes changes) throws SQLException, FencedException {
    Collection<NodeRow> rows = changes.rows();
    Collection<DeadLetter> dead = changes.dead();
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(WRITE)) {
      Columns to = new Columns(connection, statement);
      to.value(generation);
      to.texts(dead, letter -> topicId(letter.topic()));
      to.ints(dead, DeadLetter::partition);
      to.longs(dead, DeadLetter::offset);
      to.texts(dead, letter -> letter.topic().topicName());
      to.texts(dead, DeadLetter::reason);
      to.texts(dead, DeadLetter::key);
      to.bytes(dead, DeadLetter::value);
      to.texts(changes.turned(), NodeRow::nodeId);
      to.longs(changes.turned(), NodeRow::incarnation);
      to.texts(changes.turned(), row -> row.status().name());
      to.texts(changes.turned(), row -> row.since().toString());
      to.texts(changes.forgotten(), id -> id);
      to.texts(rows, NodeRow::nodeId);
      to.longs(rows, NodeRow::incarnation);
      to.longs(rows, NodeRow::sequence);
      to.texts(rows, row -> row.type().word());
      to.texts(rows, row -> row.status().name());
      to.texts(rows, row -> row.since().toString());
      to.texts(rows, row -> row.lastReceivedAt().toString());
      to.texts(rows, row -> String.join(",", row.capabilities()));
      to.documents(rows, row -> json(row.description(), INTROSPECTION));
      to.documents(rows, row -> json(row.beat(), HEARTBEAT));
      try (ResultSet fence = statement.executeQuery()) {
        fence.next();
        if (fence.getInt(1) == 0) {
          throw new FencedException(generation);
        }
      }
    } catch (SQLException e) {
      throw UnstorableException.explains(e) ? new UnstorableException(e) : e;
    } catch (RuntimeException e) {
      throw new UnstorableException(e);
    }
  }

  @Override
  public void close() {
    database.close();
  }

  private String topicId(Topic topic) {
    return Objects.requireNonNull(topicIds.get(topic)).toString();
  }

  private static <T> @Nullable T document(@Nullable String json, JsonCodec<T> codec) {
    return json == null ? null : codec.decode(json.getBytes(StandardCharsets.UTF_8));
  }

  private static <T> byte @Nullable [] json(@Nullable T document, JsonCodec<T> codec) {
    return document == null ? null : codec.encode(document);
  }
}
