package io.nodebridge.reducer.store;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.introspection.postgres.Columns;
import io.nodebridge.reducer.fold.Batch;
import io.nodebridge.reducer.fold.PartitionState;
import io.nodebridge.reducer.fold.WindowKey;
import io.nodebridge.reducer.fold.WindowSums;
import io.nodebridge.reducer.fold.WorkflowChange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/// Writes a batch: position, workflow rows, sums and dead letters in one statement, which is one
/// transaction and one round trip.
///
/// Why a crash anywhere is safe: the position moves in the same transaction as its effect, and only
/// if the fence is still ours and the position is where the batch begins. Before the commit nothing
/// is there and the batch is read again; after it the position says so. If the outcome is unknown,
/// the caller claims again and so reads the position instead of guessing. A row advances only by a
/// higher sequence, and is summed once: when it first becomes terminal.
public final class BatchStore {
  private final DataSource database;
  private final UUID topicId;
  private final String owner;

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
      SELECT w.id, w.body_hash
      FROM unnest(?::text[], ?::int[], ?::text[]) AS e(id, sequence, body_hash)
      JOIN workflow w ON w.id = e.id::uuid
      WHERE w.state IN ('COMPLETED', 'FAILED') OR w.sequence >= e.sequence
        OR w.body_hash <> e.body_hash
      """;

  /// Of the workflows that a batch ends, those whose row will not take it, each with the body that
  /// the row is of. Read committed; while the fence is ours nobody else changes the answer.
  public Map<UUID, String> ended(Batch batch) throws SQLException {
    List<WorkflowChange> ends = batch.ends();
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(ENDED)) {
      Columns to = new Columns(connection, statement);
      to.texts(ends, c -> c.workflowId().toString());
      to.ints(ends, c -> c.newest().sequence());
      to.texts(ends, c -> c.first().bodyHash());
      try (ResultSet row = statement.executeQuery()) {
        Map<UUID, String> ended = new HashMap<>();
        while (row.next()) {
          ended.put(row.getObject("id", UUID.class), row.getString("body_hash"));
        }
        return ended;
      }
    }
  }

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
    List<BatchStatement.Move> moves =
        batch.progress().stream()
            .map(p -> new BatchStatement.Move(Objects.requireNonNull(fences.get(p.partition())), p))
            .toList();
    long ends = batch.ends().stream().filter(c -> !known.contains(c.workflowId())).count();
    try (Connection connection = database.getConnection();
        PreparedStatement statement =
            BatchStatement.prepare(connection, topicId, moves, batch, ends)) {
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

  private static OffsetDateTime time(long millis) {
    return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
  }
}
