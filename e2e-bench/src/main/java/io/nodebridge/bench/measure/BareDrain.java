package io.nodebridge.bench.measure;

import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// What draining a backlog cannot be much faster than: a loop that polls, decodes and inserts the
/// same rows, and nothing else: no position, no fence, no sums, no windows, no lists to keep
/// sorted.
public final class BareDrain {
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

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private BareDrain() {}

  /// Reads what was written behind the given ends of the log.
  ///
  /// @param from where each partition ended before the backlog was written
  /// @return milliseconds from the first poll to the last commit's return
  public static double millis(Stack stack, Map<TopicPartition, Long> from, int count)
      throws SQLException, InvalidMessageException {
    KafkaClients kafka = new KafkaClients(stack.kafka(), Map.of());
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement();
        Consumer<String, byte[]> consumer = kafka.reader("bare-drain", "none")) {
      statement.execute(TABLE);
      consumer.assign(from.keySet());
      from.forEach(consumer::seek);
      try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
        long begin = System.nanoTime();
        int drained = 0;
        while (drained < count) {
          if (System.nanoTime() - begin > LIMIT.toNanos()) {
            throw new IllegalStateException(
                "of " + count + " events the log gave " + drained + " within " + LIMIT);
          }
          List<Polled> batch = new ArrayList<>();
          for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
            batch.add(
                new Polled(record.partition(), record.timestamp(), EVENT.decode(record.value())));
          }
          for (int i = 0; i < COLUMNS.size(); i++) {
            insert.setArray(i + 1, COLUMNS.get(i).of(connection, batch));
          }
          insert.executeUpdate();
          drained += batch.size();
        }
        return (System.nanoTime() - begin) / 1e6;
      }
    }
  }

  private static Stamp stamp(WorkflowEvent event) {
    return Objects.requireNonNull(event.stamp());
  }

  private static String utf8(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  /// Where the event log ends now.
  public static Map<TopicPartition, Long> ends(Stack stack) {
    KafkaClients kafka = new KafkaClients(stack.kafka(), Map.of());
    try (Consumer<String, byte[]> consumer = kafka.reader("log-ends", "none")) {
      return consumer.endOffsets(
          IntStream.range(0, Topic.EVENTS.partitions())
              .mapToObj(partition -> new TopicPartition(Topic.EVENTS.topicName(), partition))
              .toList());
    }
  }
}
