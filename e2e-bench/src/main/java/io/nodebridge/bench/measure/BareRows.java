package io.nodebridge.bench.measure;

import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.reducer.store.StoredStep;
import io.nodebridge.reducer.store.StoredTransition;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

/// Decodes what was polled and inserts the same rows as the reducer, and does nothing else: no
/// position, no fence, no sums, no windows, no lists to keep sorted.
final class BareRows implements AutoCloseable {
  private static final JsonCodec<WorkflowEvent> EVENT = JsonCodec.of(WorkflowEvent.class);
  private static final JsonCodec<StoredStep> STEP = JsonCodec.of(StoredStep.class);
  private static final JsonCodec<StoredTransition> TRANSITION =
      JsonCodec.of(StoredTransition.class);

  private static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS bench_drain (LIKE reducer.workflow, PRIMARY KEY (id))
      """;

  private static final String INSERT =
      """
      INSERT INTO bench_drain
      SELECT id::uuid, part, request_offset, sequence, namespace, definition, definition_version,
        state, steps::json, transitions::json, stamp_id::uuid, hash, metadata_version, size_bytes,
        content_type, processing_micros, body_hash, error::json,
        to_timestamp(at / 1e3::float8), to_timestamp(at / 1e3::float8)
      FROM unnest(
          ?::text[], ?::int[], ?::bigint[], ?::int[], ?::text[], ?::text[], ?::int[], ?::text[],
          ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[],
          ?::bigint[], ?::text[], ?::text[], ?::bigint[])
        AS b(id, part, request_offset, sequence, namespace, definition, definition_version, state,
          steps, transitions, stamp_id, hash, metadata_version, size_bytes, content_type,
          processing_micros, body_hash, error, at)
      ON CONFLICT DO NOTHING
      """;

  /// A column: the type and kind of its array, and its value of a record.
  private record Column<T>(
      String type, IntFunction<T[]> array, BiFunction<Polled, WorkflowEvent, @Nullable T> value) {

    Array of(Connection connection, List<Polled> polled) throws SQLException {
      T[] values = array.apply(polled.size());
      for (int i = 0; i < values.length; i++) {
        values[i] = value.apply(polled.get(i), polled.get(i).event());
      }
      return connection.createArrayOf(type, values);
    }

    static Column<String> text(Function<WorkflowEvent, @Nullable String> value) {
      return new Column<>("text", String[]::new, (polled, event) -> value.apply(event));
    }
  }

  private record Polled(int partition, long at, WorkflowEvent event) {}

  private static final List<Column<?>> COLUMNS =
      List.of(
          Column.text(event -> event.workflowId().toString()),
          new Column<>("int4", Integer[]::new, (polled, event) -> polled.partition()),
          new Column<>("int8", Long[]::new, (polled, event) -> null),
          new Column<>("int4", Integer[]::new, (polled, event) -> event.sequence()),
          Column.text(WorkflowEvent::namespace),
          Column.text(WorkflowEvent::definition),
          new Column<>("int4", Integer[]::new, (polled, event) -> event.definitionVersion()),
          Column.text(event -> event.state().name()),
          Column.text(
              event ->
                  utf8(
                      STEP.encodeList(
                          event.steps().stream()
                              .map(run -> new StoredStep(event.sequence(), run))
                              .toList()))),
          Column.text(
              event ->
                  utf8(
                      TRANSITION.encodeList(
                          event.transitions().stream()
                              .map(move -> new StoredTransition(event.sequence(), move))
                              .toList()))),
          Column.text(event -> stamp(event).stampId().toString()),
          Column.text(event -> stamp(event).hash()),
          Column.text(event -> stamp(event).metadataVersion()),
          new Column<>("int8", Long[]::new, (polled, event) -> event.sizeBytes()),
          Column.text(WorkflowEvent::contentType),
          new Column<>("int8", Long[]::new, (polled, event) -> event.processingMicros()),
          Column.text(WorkflowEvent::bodyHash),
          Column.text(event -> null),
          new Column<>("int8", Long[]::new, (polled, event) -> polled.at()));

  private final Connection connection;
  private final PreparedStatement insert;

  BareRows(Stack stack) throws SQLException {
    connection = stack.postgres().connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute(TABLE);
    }
    insert = connection.prepareStatement(INSERT);
  }

  /// Returns when they are committed.
  void insert(ConsumerRecords<String, byte[]> records)
      throws SQLException, InvalidMessageException {
    List<Polled> batch = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record : records) {
      batch.add(new Polled(record.partition(), record.timestamp(), EVENT.decode(record.value())));
    }
    for (int i = 0; i < COLUMNS.size(); i++) {
      insert.setArray(i + 1, COLUMNS.get(i).of(connection, batch));
    }
    insert.executeUpdate();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private static Stamp stamp(WorkflowEvent event) {
    return Objects.requireNonNull(event.stamp());
  }

  private static String utf8(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
