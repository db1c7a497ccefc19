package io.nodebridge.reducer.store;

import io.avaje.jsonb.Json;
import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.reducer.fold.Batch;
import io.nodebridge.reducer.fold.Batch.PartitionProgress;
import io.nodebridge.reducer.fold.LogEntry;
import io.nodebridge.reducer.fold.PartitionState;
import io.nodebridge.reducer.fold.WindowKey;
import io.nodebridge.reducer.fold.WindowSums;
import io.nodebridge.reducer.fold.WorkflowChange;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Writes a batch: position, workflow rows, sums and dead letters in one statement, which is one
/// transaction and one round trip.
///
/// Why a crash anywhere is safe: the position moves in the same transaction as its effect, and only
/// if the fence is still ours and the position is where the batch begins. Before the commit nothing
/// is there and the batch is read again; after it the position says so. If the outcome is unknown,
/// the caller claims again and so reads the position instead of guessing. A row advances only by a
/// higher sequence, and is summed once: when it first becomes terminal.
public final class BatchStore {
  private static final JsonCodec<StoredStep> STEP = JsonCodec.of(StoredStep.class);
  private static final JsonCodec<StoredTransition> TRANSITION =
      JsonCodec.of(StoredTransition.class);
  private static final JsonCodec<WorkflowError> ERROR = JsonCodec.of(WorkflowError.class);
  private static final JsonCodec<Headers> HEADERS = JsonCodec.of(Headers.class);

  // An even number of backslashes before it are escaped themselves; an odd one would belong to it.
  private static final Pattern ESCAPED_NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

  private final DataSource database;
  private final UUID topicId;
  private final String owner;

  /// A dead letter's headers as a JSON document.
  @Json
  record Headers(Map<String, String> headers) {}

  public BatchStore(DataSource database, UUID topicId, String owner) {
    this.database = database;
    this.topicId = topicId;
    this.owner = owner;
  }

  private static final String CLAIM =
      """
      INSERT INTO position AS p (topic_id, part, next_offset, fence, owner)
      VALUES (?, ?, ?, 1, ?)
      ON CONFLICT (topic_id, part) DO UPDATE
      SET fence = p.fence + 1,
          owner = excluded.owner,
          updated_at = now()
      RETURNING fence, next_offset, watermark, claim_epoch, claim_generation
      """;

  private static final String OPEN_WINDOWS =
      """
      SELECT *
      FROM window_aggregate
      WHERE topic_id = ? AND part = ? AND window_start > ?
      """;

  /// Takes a partition over; whoever held it can write no more, so its open windows can be read
  /// behind it. Read committed; repeating it only raises the fence.
  ///
  /// @param logStart where a partition begins that nobody has claimed before
  public Fence claim(int partition, long logStart) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      statement.setObject(1, topicId);
      statement.setInt(2, partition);
      statement.setLong(3, logStart);
      statement.setString(4, owner);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        OffsetDateTime watermark = row.getObject("watermark", OffsetDateTime.class);
        Integer epoch = row.getObject("claim_epoch", Integer.class);
        long watermarkMillis = watermark == null ? 0 : watermark.toInstant().toEpochMilli();
        return new Fence(
            partition,
            row.getLong("fence"),
            row.getLong("next_offset"),
            new PartitionState(
                watermarkMillis,
                epoch == null ? null : new Claim(epoch, row.getInt("claim_generation")),
                openWindows(connection, partition, watermarkMillis)));
      }
    }
  }

  private Map<WindowKey, WindowSums> openWindows(
      Connection connection, int partition, long watermarkMillis) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OPEN_WINDOWS)) {
      statement.setObject(1, topicId);
      statement.setInt(2, partition);
      statement.setObject(3, time(WindowKey.lastClosedStart(watermarkMillis)));
      try (ResultSet row = statement.executeQuery()) {
        Map<WindowKey, WindowSums> open = new HashMap<>();
        while (row.next()) {
          open.put(
              new WindowKey(
                  row.getString("namespace"),
                  row.getObject("window_start", OffsetDateTime.class).toInstant().toEpochMilli()),
              StoredWindow.read(row));
        }
        return open;
      }
    }
  }

  private static final String ADVANCE =
      """
      UPDATE position
      SET watermark = ?,
          updated_at = now()
      WHERE topic_id = ? AND part = ? AND fence = ? AND next_offset = ?
      """;

  /// Moves the watermark of a partition in which nothing happens; autocommit, fenced.
  ///
  /// @throws FenceLostException if the partition is no longer ours
  public Fence advance(Fence fence, long watermarkMillis) throws SQLException, FenceLostException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(ADVANCE)) {
      statement.setObject(1, time(watermarkMillis));
      statement.setObject(2, topicId);
      statement.setInt(3, fence.partition());
      statement.setLong(4, fence.token());
      statement.setLong(5, fence.nextOffset());
      if (statement.executeUpdate() != 1) {
        throw new FenceLostException(0, 1);
      }
      return fence.at(fence.state().at(watermarkMillis));
    }
  }

  private static final String ENDED =
      """
      SELECT w.id
      FROM unnest(?::uuid[], ?::int[]) AS e(id, sequence)
      JOIN workflow w USING (id)
      WHERE w.state IN ('COMPLETED', 'FAILED') OR w.sequence >= e.sequence
      """;

  /// Of the workflows that a batch ends, those whose row will not take it. Read committed; while
  /// the fence is ours nobody else changes the answer.
  public Set<UUID> ended(Batch batch) throws SQLException {
    List<WorkflowChange> ends = batch.ends();
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(ENDED)) {
      Arguments to = new Arguments(connection, statement);
      to.column("uuid", ends, WorkflowChange::workflowId);
      to.column("int", ends, c -> c.newest().sequence());
      try (ResultSet row = statement.executeQuery()) {
        Set<UUID> ended = new HashSet<>();
        while (row.next()) {
          ended.add(row.getObject("id", UUID.class));
        }
        return ended;
      }
    }
  }

  // The position rows are locked first, and everything else waits for the count of them: with a
  // lost fence no row is touched. Items of events that a row already knows are not appended again,
  // and an event counts as folded only if it is newer than what its row knew before.
  private static final String WRITE =
      """
      WITH batch AS (
        SELECT *
        FROM unnest(
            ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::int[], ?::int[], ?::int[],
            ?::int[], ?::timestamptz[], ?::int[], ?::int[])
          AS b(part, fence, first, next, events, superseded, markers, dead, late, watermark,
            claim_epoch, claim_generation)
      ),
      held AS (
        SELECT p.part
        FROM position p JOIN batch b USING (part)
        WHERE p.topic_id = ? AND p.fence = b.fence AND p.next_offset = b.first
        ORDER BY p.part
        FOR UPDATE OF p
      ),
      fenced AS (
        SELECT (SELECT count(*) FROM held) = (SELECT count(*) FROM batch) AS ours
      ),
      written AS (
        INSERT INTO workflow AS w (
          id, part, request_offset, sequence, namespace, definition, definition_version, state,
          steps, transitions, stamp_id, hash, metadata_version, size_bytes, content_type,
          processing_micros, body_hash, error, first_event_at, last_event_at)
        SELECT id, part, request_offset, sequence, namespace, definition, definition_version, state,
          steps::jsonb, transitions::jsonb, stamp_id, hash, metadata_version, size_bytes,
          content_type, processing_micros, body_hash, error::jsonb, to_timestamp(first_event_at / 1000.0),
          to_timestamp(last_event_at / 1000.0)
        FROM unnest(
            ?::uuid[], ?::int[], ?::bigint[], ?::int[], ?::text[], ?::text[], ?::int[], ?::text[],
            ?::text[], ?::text[], ?::uuid[], ?::text[], ?::text[], ?::bigint[], ?::text[],
            ?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::bigint[])
          AS c(id, part, request_offset, sequence, namespace, definition, definition_version, state,
            steps, transitions, stamp_id, hash, metadata_version, size_bytes, content_type,
            processing_micros, body_hash, error, first_event_at, last_event_at)
        WHERE (SELECT ours FROM fenced)
        ORDER BY id
        ON CONFLICT (id) DO UPDATE
        SET sequence = excluded.sequence,
            state = excluded.state,
            steps = w.steps || coalesce(
              (SELECT jsonb_agg(s) FROM jsonb_array_elements(excluded.steps) s
               WHERE (s ->> 'sequence')::int > w.sequence), '[]'),
            transitions = w.transitions || coalesce(
              (SELECT jsonb_agg(t) FROM jsonb_array_elements(excluded.transitions) t
               WHERE (t ->> 'sequence')::int > w.sequence), '[]'),
            stamp_id = excluded.stamp_id,
            hash = excluded.hash,
            metadata_version = excluded.metadata_version,
            size_bytes = excluded.size_bytes,
            content_type = excluded.content_type,
            processing_micros = excluded.processing_micros,
            error = excluded.error,
            last_event_at = excluded.last_event_at
        WHERE w.sequence < excluded.sequence AND w.state NOT IN ('COMPLETED', 'FAILED')
        RETURNING new.id, coalesce(old.sequence, 0) AS known, new.namespace, new.part, new.state,
          new.size_bytes, new.processing_micros
      ),
      news AS (
        SELECT e.part, count(*) AS folded
        FROM unnest(?::int[], ?::uuid[], ?::int[]) AS e(part, id, sequence)
        JOIN written w ON w.id = e.id AND w.known < e.sequence
        GROUP BY e.part
      ),
      moved AS (
        UPDATE position p
        SET next_offset = b.next,
            folded = p.folded + coalesce(n.folded, 0),
            duplicate = p.duplicate + b.events - coalesce(n.folded, 0),
            superseded = p.superseded + b.superseded,
            markers = p.markers + b.markers,
            dead = p.dead + b.dead,
            late = p.late + b.late,
            watermark = b.watermark,
            claim_epoch = b.claim_epoch,
            claim_generation = b.claim_generation,
            updated_at = now()
        FROM batch b LEFT JOIN news n USING (part)
        WHERE p.topic_id = ? AND p.part = b.part AND (SELECT ours FROM fenced)
      ),
      summed AS (
        INSERT INTO namespace_aggregate AS n (
          namespace, part, completed, failed, bytes,
          processing_micros_sum, processing_micros_min, processing_micros_max)
        SELECT namespace, part,
          count(*) FILTER (WHERE state = 'COMPLETED'), count(*) FILTER (WHERE state = 'FAILED'),
          sum(size_bytes), sum(processing_micros), min(processing_micros), max(processing_micros)
        FROM written
        WHERE state IN ('COMPLETED', 'FAILED')
        GROUP BY namespace, part
        ORDER BY namespace, part
        ON CONFLICT (namespace, part) DO UPDATE
        SET completed = n.completed + excluded.completed,
            failed = n.failed + excluded.failed,
            bytes = n.bytes + excluded.bytes,
            processing_micros_sum = n.processing_micros_sum + excluded.processing_micros_sum,
            processing_micros_min = least(n.processing_micros_min, excluded.processing_micros_min),
            processing_micros_max =
              greatest(n.processing_micros_max, excluded.processing_micros_max)
      ),
      windowed AS (
        INSERT INTO window_aggregate
        SELECT namespace, window_start, ?, part, completed, failed, bytes, up_to_1_mib,
          up_to_10_mib, up_to_100_mib, above_100_mib, content_types::jsonb, stamps,
          processing_micros_sum, processing_micros_min, processing_micros_max, durations
        FROM unnest(
            ?::text[], ?::timestamptz[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[],
            ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[],
            ?::bigint[], ?::bigint[], ?::bigint[], ?::bytea[])
          AS s(namespace, window_start, part, completed, failed, bytes, up_to_1_mib, up_to_10_mib,
            up_to_100_mib, above_100_mib, content_types, stamps, processing_micros_sum,
            processing_micros_min, processing_micros_max, durations)
        WHERE (SELECT ours FROM fenced)
        ON CONFLICT (namespace, window_start, topic_id, part) DO UPDATE
        SET completed = excluded.completed,
            failed = excluded.failed,
            bytes = excluded.bytes,
            up_to_1_mib = excluded.up_to_1_mib,
            up_to_10_mib = excluded.up_to_10_mib,
            up_to_100_mib = excluded.up_to_100_mib,
            above_100_mib = excluded.above_100_mib,
            content_types = excluded.content_types,
            stamps = excluded.stamps,
            processing_micros_sum = excluded.processing_micros_sum,
            processing_micros_min = excluded.processing_micros_min,
            processing_micros_max = excluded.processing_micros_max,
            durations = excluded.durations
      ),
      tardy AS (
        INSERT INTO late_event (topic_id, part, "offset", workflow_id, namespace, event_at)
        SELECT ?, part, "offset", workflow_id, namespace, event_at
        FROM unnest(?::int[], ?::bigint[], ?::uuid[], ?::text[], ?::timestamptz[])
          AS l(part, "offset", workflow_id, namespace, event_at)
        WHERE (SELECT ours FROM fenced)
        ON CONFLICT DO NOTHING
      ),
      parked AS (
        INSERT INTO dead_letter (topic_id, part, "offset", reason, key, value, headers)
        SELECT ?, part, "offset", reason, key, value, headers::jsonb -> 'headers'
        FROM unnest(?::int[], ?::bigint[], ?::text[], ?::text[], ?::bytea[], ?::text[])
          AS d(part, "offset", reason, key, value, headers)
        WHERE (SELECT ours FROM fenced)
        ON CONFLICT DO NOTHING
      )
      SELECT (SELECT count(*) FROM held) AS held,
        CASE WHEN (SELECT ours FROM fenced) THEN require_ends(
          ?, (SELECT count(*) FROM written WHERE state IN ('COMPLETED', 'FAILED')))
        END
      """;

  /// Commits a batch. Read committed; idempotent, because a batch that is already in finds another
  /// position.
  ///
  /// @param fences by partition; every partition of the batch must be among them
  /// @param known the workflows that the batch was told to have ended before
  /// @return the fences of the batch's partitions, moved behind it
  /// @throws FenceLostException if a partition is no longer ours; nothing was written
  /// @throws EndedBeforeException if the batch counts a workflow's end that is no news; nothing was
  ///   written
  /// @throws UnstorableException if a value cannot be stored, ever; nothing was written
  /// @throws SQLException if the outcome is unknown; claim again to learn it
  public List<Fence> write(Batch batch, Map<Integer, Fence> fences, Set<UUID> known)
      throws SQLException, FenceLostException, EndedBeforeException, UnstorableException {
    List<Move> moves =
        batch.progress().stream()
            .map(p -> new Move(Objects.requireNonNull(fences.get(p.partition())), p))
            .toList();
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(WRITE)) {
      Arguments to = new Arguments(connection, statement);
      bindMoves(to, moves);
      bindChanges(to, batch.changes());
      bindFacts(to, batch.changes().stream().flatMap(c -> c.facts().stream()).toList());
      bindWindows(to, batch);
      bindLate(to, batch.progress().stream().flatMap(p -> p.late().stream()).toList());
      bindDeadLetters(to, batch.deadLetters());
      to.value(batch.ends().stream().filter(c -> !known.contains(c.workflowId())).count());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        int held = row.getInt("held");
        if (held != moves.size()) {
          throw new FenceLostException(held, moves.size());
        }
      }
    } catch (SQLException e) {
      if (EndedBeforeException.SQL_STATE.equals(e.getSQLState())) {
        throw new EndedBeforeException(e);
      }
      if (UnstorableException.explains(e)) {
        throw new UnstorableException(e);
      }
      throw e;
    }
    return moves.stream().map(m -> m.fence().movedTo(m.progress())).toList();
  }

  /// The right to a partition, and how far it moves.
  private record Move(Fence fence, PartitionProgress progress) {
    private @Nullable Claim claim() {
      return progress.after().claim();
    }
  }

  private void bindMoves(Arguments to, List<Move> moves) throws SQLException {
    to.column("int", moves, m -> m.fence().partition());
    to.column("bigint", moves, m -> m.fence().token());
    to.column("bigint", moves, m -> m.fence().nextOffset());
    to.column("bigint", moves, m -> m.progress().next());
    to.column("int", moves, m -> m.progress().counts().events());
    to.column("int", moves, m -> m.progress().counts().superseded());
    to.column("int", moves, m -> m.progress().counts().markers());
    to.column("int", moves, m -> m.progress().counts().dead());
    to.column("int", moves, m -> m.progress().late().size());
    to.column("timestamptz", moves, m -> time(m.progress().after().watermarkMillis()));
    to.column("int", moves, m -> m.claim() == null ? null : m.claim().epoch());
    to.column("int", moves, m -> m.claim() == null ? null : m.claim().generation());
    to.value(topicId);
  }

  private void bindWindows(Arguments to, Batch batch) throws SQLException {
    List<StoredWindow> windows =
        batch.progress().stream()
            .flatMap(
                p ->
                    p.windows().entrySet().stream()
                        .map(w -> new StoredWindow(w.getKey(), p.partition(), w.getValue())))
            .toList();
    to.value(topicId);
    to.column("text", windows, w -> text(w.key().namespace()));
    to.column("timestamptz", windows, w -> time(w.key().startMillis()));
    to.column("int", windows, StoredWindow::partition);
    to.column("bigint", windows, w -> w.sums().completed());
    to.column("bigint", windows, w -> w.sums().failed());
    to.column("bigint", windows, w -> w.sums().bytes());
    for (int size = 0; size < 4; size++) {
      int bucket = size;
      to.column("bigint", windows, w -> w.sums().bySize()[bucket]);
    }
    to.column("text", windows, w -> json(w.contentTypes()));
    to.column("bigint", windows, w -> w.sums().stamps());
    to.column("bigint", windows, w -> w.sums().microsSum());
    to.column("bigint", windows, w -> w.sums().microsMin());
    to.column("bigint", windows, w -> w.sums().microsMax());
    to.bytes(windows.stream().map(w -> w.sums().micros().encode()).toArray(byte[][]::new));
  }

  private void bindLate(Arguments to, List<LogEntry.Fact> late) throws SQLException {
    to.value(topicId);
    to.column("int", late, LogEntry.Fact::partition);
    to.column("bigint", late, LogEntry.Fact::offset);
    to.column("uuid", late, f -> f.event().workflowId());
    to.column("text", late, f -> text(f.event().namespace()));
    to.column("timestamptz", late, f -> time(f.time().toEpochMilli()));
  }

  private static void bindChanges(Arguments to, Collection<WorkflowChange> changes)
      throws SQLException {
    to.column("uuid", changes, WorkflowChange::workflowId);
    to.column("int", changes, c -> c.firstFact().partition());
    to.column("bigint", changes, c -> c.firstFact().requestOffset());
    to.column("int", changes, c -> c.newest().sequence());
    to.column("text", changes, c -> text(c.first().namespace()));
    to.column("text", changes, c -> text(c.first().definition()));
    to.column("int", changes, c -> c.first().definitionVersion());
    to.column("text", changes, c -> c.newest().state().name());
    to.column("text", changes, c -> json(STEP.encodeList(StoredStep.of(c))));
    to.column("text", changes, c -> json(TRANSITION.encodeList(StoredTransition.of(c))));
    to.column("uuid", changes, c -> stamp(c, Stamp::stampId));
    to.column("text", changes, c -> stamp(c, s -> text(s.hash())));
    to.column("text", changes, c -> stamp(c, s -> text(s.metadataVersion())));
    to.column("bigint", changes, c -> c.newest().sizeBytes());
    to.column("text", changes, c -> text(c.newest().contentType()));
    to.column("bigint", changes, c -> c.newest().processingMicros());
    to.column("text", changes, c -> text(c.first().bodyHash()));
    to.column("text", changes, BatchStore::error);
    to.column("bigint", changes, c -> c.firstFact().time().toEpochMilli());
    to.column("bigint", changes, c -> c.newestFact().time().toEpochMilli());
  }

  private void bindFacts(Arguments to, List<LogEntry.Fact> facts) throws SQLException {
    to.column("int", facts, LogEntry.Fact::partition);
    to.column("uuid", facts, f -> f.event().workflowId());
    to.column("int", facts, f -> f.event().sequence());
    to.value(topicId);
  }

  private void bindDeadLetters(Arguments to, List<LogEntry.Dead> dead) throws SQLException {
    to.value(topicId);
    to.column("int", dead, LogEntry.Dead::partition);
    to.column("bigint", dead, LogEntry.Dead::offset);
    to.column("text", dead, d -> text(d.reason()));
    to.column("text", dead, d -> text(d.key()));
    to.bytes(dead.stream().map(LogEntry.Dead::value).toArray(byte[][]::new));
    to.column("text", dead, d -> json(HEADERS.encode(new Headers(d.headers()))));
  }

  private static <T> @Nullable T stamp(WorkflowChange change, Function<Stamp, @Nullable T> part) {
    Stamp stamp = change.newest().stamp();
    return stamp == null ? null : part.apply(stamp);
  }

  private static @Nullable String error(WorkflowChange change) {
    WorkflowError error = change.newest().error();
    return error == null ? null : json(ERROR.encode(error));
  }

  private static OffsetDateTime time(long millis) {
    return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
  }

  // Postgres keeps no NUL, neither raw in text nor escaped in jsonb.
  private static @Nullable String text(@Nullable String text) {
    return text == null ? null : text.replace('\0', '\ufffd');
  }

  private static String json(byte[] utf8) {
    String json = new String(utf8, StandardCharsets.UTF_8);
    // Hardly ever there, and looking for it with the pattern took half of the time of a batch.
    return json.contains("\\u0000") ? withoutNul(json) : json;
  }

  private static String withoutNul(String json) {
    return ESCAPED_NUL.matcher(json).replaceAll("$1\ufffd");
  }

  /// Binds one array a column, in the order of the statement's parameters.
  private static final class Arguments {
    private final Connection connection;
    private final PreparedStatement statement;
    private int index;

    private Arguments(Connection connection, PreparedStatement statement) {
      this.connection = connection;
      this.statement = statement;
    }

    private void value(Object value) throws SQLException {
      statement.setObject(++index, value);
    }

    private <T> void column(
        String type, Collection<T> rows, Function<? super T, ? extends @Nullable Object> part)
        throws SQLException {
      Array array = connection.createArrayOf(type, rows.stream().map(part::apply).toArray());
      statement.setArray(++index, array);
    }

    // The driver takes arrays of byte[] only under their own type.
    private void bytes(byte @Nullable [][] values) throws SQLException {
      statement.setArray(++index, connection.createArrayOf("bytea", values));
    }
  }
}
