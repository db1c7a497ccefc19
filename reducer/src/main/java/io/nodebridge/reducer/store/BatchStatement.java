package io.nodebridge.reducer.store;

import io.avaje.jsonb.Json;
import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.introspection.postgres.Columns;
import io.nodebridge.reducer.fold.Batch;
import io.nodebridge.reducer.fold.Batch.PartitionProgress;
import io.nodebridge.reducer.fold.LogEntry;
import io.nodebridge.reducer.fold.WorkflowChange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The one statement of a batch, and what goes into it.
final class BatchStatement {
  private static final JsonCodec<StoredStep> STEP = JsonCodec.of(StoredStep.class);
  private static final JsonCodec<StoredTransition> TRANSITION =
      JsonCodec.of(StoredTransition.class);
  private static final JsonCodec<WorkflowError> ERROR = JsonCodec.of(WorkflowError.class);
  private static final JsonCodec<Headers> HEADERS = JsonCodec.of(Headers.class);

  private BatchStatement() {}

  /// A dead letter's headers as a JSON document.
  @Json
  record Headers(Map<String, String> headers) {}

  /// The right to a partition, and how far it moves.
  record Move(Fence fence, PartitionProgress progress) {
    private @Nullable Claim claim() {
      return progress.after().claim();
    }
  }

  // The position rows are locked first, and everything else waits for the count of them: with a
  // lost fence no row is touched. Items of events that a row already knows are not appended again,
  // and an event counts as folded only if it is newer than what its row knew before. An event about
  // another request under the same id is no news: the first one keeps the row. A rejection that is
  // parked already is no news either.
  private static final String SQL =
      """
      WITH batch AS (
        SELECT *
        FROM unnest(
            ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::int[], ?::int[], ?::int[],
            ?::int[], ?::bigint[], ?::int[], ?::int[])
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
        SELECT id::uuid, part, request_offset, sequence, namespace, definition, definition_version,
          state, steps::json, transitions::json, stamp_id::uuid, hash, metadata_version, size_bytes,
          content_type, processing_micros, body_hash, error::json,
          to_timestamp(first_event_at / 1e3::float8), to_timestamp(last_event_at / 1e3::float8)
        FROM unnest(
            ?::text[], ?::int[], ?::bigint[], ?::int[], ?::text[], ?::text[], ?::int[], ?::text[],
            ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[],
            ?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::bigint[])
          AS c(id, part, request_offset, sequence, namespace, definition, definition_version, state,
            steps, transitions, stamp_id, hash, metadata_version, size_bytes, content_type,
            processing_micros, body_hash, error, first_event_at, last_event_at)
        WHERE (SELECT ours FROM fenced)
        ORDER BY id
        ON CONFLICT (id) DO UPDATE
        SET sequence = excluded.sequence,
            state = excluded.state,
            steps = with_newer(w.steps, excluded.steps, w.sequence),
            transitions = with_newer(w.transitions, excluded.transitions, w.sequence),
            stamp_id = excluded.stamp_id,
            hash = excluded.hash,
            metadata_version = excluded.metadata_version,
            size_bytes = excluded.size_bytes,
            content_type = excluded.content_type,
            processing_micros = excluded.processing_micros,
            error = excluded.error,
            last_event_at = excluded.last_event_at
        WHERE w.sequence < excluded.sequence AND w.state NOT IN ('COMPLETED', 'FAILED')
          AND w.body_hash = excluded.body_hash
        RETURNING new.id, coalesce(old.sequence, 0) AS known, new.namespace, new.part, new.state,
          new.size_bytes, new.processing_micros
      ),
      news AS (
        SELECT e.part, count(*) AS folded
        FROM unnest(?::int[], ?::text[], ?::int[]) AS e(part, id, sequence)
        JOIN written w ON w.id = e.id::uuid AND w.known < e.sequence
        GROUP BY e.part
      ),
      parked AS (
        INSERT INTO dead_letter (topic_id, part, "offset", reason, key, value, headers)
        SELECT coalesce(topic_id::uuid, ?), part, "offset", reason, key, value,
          headers::jsonb -> 'headers'
        FROM unnest(?::text[], ?::int[], ?::bigint[], ?::text[], ?::text[], ?::bytea[], ?::text[])
          AS d(topic_id, part, "offset", reason, key, value, headers)
        WHERE (SELECT ours FROM fenced)
        ON CONFLICT DO NOTHING
        RETURNING part
      ),
      dead AS (
        SELECT part, count(*) AS parked
        FROM parked
        GROUP BY part
      ),
      moved AS (
        UPDATE position p
        SET next_offset = b.next,
            folded = p.folded + coalesce(n.folded, 0),
            duplicate = p.duplicate + b.events - coalesce(n.folded, 0)
              + b.dead - coalesce(d.parked, 0),
            superseded = p.superseded + b.superseded,
            markers = p.markers + b.markers,
            dead = p.dead + coalesce(d.parked, 0),
            late = p.late + b.late,
            watermark = to_timestamp(b.watermark / 1e3::float8),
            claim_epoch = b.claim_epoch,
            claim_generation = b.claim_generation,
            updated_at = now()
        FROM batch b LEFT JOIN news n USING (part) LEFT JOIN dead d USING (part)
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
        SELECT namespace, to_timestamp(window_start / 1e3::float8), ?, part, completed, failed, bytes,
          up_to_1_mib, up_to_10_mib, up_to_100_mib, above_100_mib, content_types::json, stamps,
          processing_micros_sum, processing_micros_min, processing_micros_max, durations
        FROM unnest(
            ?::text[], ?::bigint[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[],
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
        SELECT ?, part, "offset", workflow_id::uuid, namespace, to_timestamp(event_at / 1e3::float8)
        FROM unnest(?::int[], ?::bigint[], ?::text[], ?::text[], ?::bigint[])
          AS l(part, "offset", workflow_id, namespace, event_at)
        WHERE (SELECT ours FROM fenced)
      )
      SELECT (SELECT count(*) FROM held) AS held,
        CASE WHEN (SELECT ours FROM fenced) THEN require_ends(
          ?, (SELECT count(*) FROM written WHERE state IN ('COMPLETED', 'FAILED')))
        END
      """;

  /// The statement, bound.
  ///
  /// @param moves one for each of the batch's partitions
  /// @param ends how many workflows the batch counts as ending now
  /// @throws UnstorableException if a value cannot be bound, ever
  static PreparedStatement prepare(
      Connection connection, UUID topicId, List<Move> moves, Batch batch, long ends)
      throws SQLException, UnstorableException {
    PreparedStatement statement = connection.prepareStatement(SQL);
    try {
      Columns to = new Columns(connection, statement);
      bindMoves(to, topicId, moves);
      bindChanges(to, batch.changes());
      bindFacts(to, batch.changes().stream().flatMap(c -> c.facts().stream()).toList());
      bindDeadLetters(to, topicId, batch.deadLetters());
      to.value(topicId);
      bindWindows(to, topicId, batch);
      bindLate(to, topicId, batch.progress().stream().flatMap(p -> p.late().stream()).toList());
      to.value(ends);
      return statement;
    } catch (RuntimeException e) {
      statement.close();
      throw new UnstorableException(e);
    }
  }

  private static void bindMoves(Columns to, UUID topicId, List<Move> moves) throws SQLException {
    to.ints(moves, m -> m.fence().partition());
    to.longs(moves, m -> m.fence().token());
    to.longs(moves, m -> m.fence().nextOffset());
    to.longs(moves, m -> m.progress().next());
    to.ints(moves, m -> m.progress().counts().events());
    to.ints(moves, m -> m.progress().counts().superseded());
    to.ints(moves, m -> m.progress().counts().markers());
    to.ints(moves, m -> m.progress().counts().dead());
    to.ints(moves, m -> m.progress().late().size());
    to.longs(moves, m -> m.progress().after().watermarkMillis());
    to.ints(moves, m -> m.claim() == null ? null : m.claim().epoch());
    to.ints(moves, m -> m.claim() == null ? null : m.claim().generation());
    to.value(topicId);
  }

  private static void bindWindows(Columns to, UUID topicId, Batch batch) throws SQLException {
    List<StoredWindow> windows =
        batch.progress().stream()
            .flatMap(
                p ->
                    p.windows().entrySet().stream()
                        .map(w -> new StoredWindow(w.getKey(), p.partition(), w.getValue())))
            .toList();
    to.value(topicId);
    to.texts(windows, w -> w.key().namespace());
    to.longs(windows, w -> w.key().startMillis());
    to.ints(windows, StoredWindow::partition);
    to.longs(windows, w -> w.sums().completed());
    to.longs(windows, w -> w.sums().failed());
    to.longs(windows, w -> w.sums().bytes());
    for (int size = 0; size < 4; size++) {
      int bucket = size;
      to.longs(windows, w -> w.sums().bySize()[bucket]);
    }
    to.documents(windows, StoredWindow::contentTypes);
    to.longs(windows, w -> w.sums().stamps());
    to.longs(windows, w -> w.sums().microsSum());
    to.longs(windows, w -> w.sums().microsMin());
    to.longs(windows, w -> w.sums().microsMax());
    to.bytes(windows, w -> w.sums().micros().encode());
  }

  private static void bindLate(Columns to, UUID topicId, List<LogEntry.Fact> late)
      throws SQLException {
    to.value(topicId);
    to.ints(late, LogEntry.Fact::partition);
    to.longs(late, LogEntry.Fact::offset);
    to.texts(late, f -> f.event().workflowId().toString());
    to.texts(late, f -> f.event().namespace());
    to.longs(late, f -> f.time().toEpochMilli());
  }

  private static void bindChanges(Columns to, Collection<WorkflowChange> changes)
      throws SQLException {
    to.texts(changes, c -> c.workflowId().toString());
    to.ints(changes, c -> c.firstFact().partition());
    to.longs(changes, c -> c.firstFact().requestOffset());
    to.ints(changes, c -> c.newest().sequence());
    to.texts(changes, c -> c.first().namespace());
    to.texts(changes, c -> c.first().definition());
    to.ints(changes, c -> c.first().definitionVersion());
    to.texts(changes, c -> c.newest().state().name());
    to.documents(changes, c -> STEP.encodeList(StoredStep.of(c)));
    to.documents(changes, c -> TRANSITION.encodeList(StoredTransition.of(c)));
    to.texts(changes, c -> stamp(c, s -> s.stampId().toString()));
    to.texts(changes, c -> stamp(c, Stamp::hash));
    to.texts(changes, c -> stamp(c, Stamp::metadataVersion));
    to.longs(changes, c -> c.newest().sizeBytes());
    to.texts(changes, c -> c.newest().contentType());
    to.longs(changes, c -> c.newest().processingMicros());
    to.texts(changes, c -> c.first().bodyHash());
    to.documents(changes, BatchStatement::error);
    to.longs(changes, c -> c.firstFact().time().toEpochMilli());
    to.longs(changes, c -> c.newestFact().time().toEpochMilli());
  }

  private static void bindFacts(Columns to, List<LogEntry.Fact> facts) throws SQLException {
    to.ints(facts, LogEntry.Fact::partition);
    to.texts(facts, f -> f.event().workflowId().toString());
    to.ints(facts, f -> f.event().sequence());
  }

  private static void bindDeadLetters(Columns to, UUID topicId, List<LogEntry.Dead> dead)
      throws SQLException {
    to.value(topicId);
    to.texts(dead, d -> d.origin() == null ? null : d.origin().topicId().toString());
    to.ints(dead, LogEntry.Dead::partition);
    to.longs(dead, d -> d.origin() == null ? d.offset() : d.origin().offset());
    to.texts(dead, LogEntry.Dead::reason);
    to.texts(dead, LogEntry.Dead::key);
    to.bytes(dead, LogEntry.Dead::value);
    to.documents(dead, d -> HEADERS.encode(new Headers(d.headers())));
  }

  private static <T> @Nullable T stamp(WorkflowChange change, Function<Stamp, @Nullable T> part) {
    Stamp stamp = change.newest().stamp();
    return stamp == null ? null : part.apply(stamp);
  }

  private static byte @Nullable [] error(WorkflowChange change) {
    WorkflowError error = change.newest().error();
    return error == null ? null : ERROR.encode(error);
  }
}
