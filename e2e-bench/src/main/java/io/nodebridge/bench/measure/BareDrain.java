package io.nodebridge.bench.measure;

import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// What draining a backlog cannot be faster than: a loop that polls, decodes and inserts one row
/// for each event, and nothing else: no position, no fence, no sums, no windows.
public final class BareDrain {
  private static final JsonCodec<WorkflowEvent> EVENT = JsonCodec.of(WorkflowEvent.class);

  private static final String INSERT =
      """
      INSERT INTO bench_drain
      SELECT id, namespace, definition, state, steps::jsonb, hash, size_bytes, processing_micros
      FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[],
          ?::bigint[])
        AS b(id, namespace, definition, state, steps, hash, size_bytes, processing_micros)
      ON CONFLICT DO NOTHING
      """;

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
      statement.execute(
          """
          CREATE TABLE IF NOT EXISTS bench_drain (
            id uuid PRIMARY KEY, namespace text, definition text, state text, steps jsonb, hash text,
            size_bytes bigint, processing_micros bigint)
          """);
      consumer.assign(from.keySet());
      from.forEach(consumer::seek);
      try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
        long begin = System.nanoTime();
        int drained = 0;
        while (drained < count) {
          List<WorkflowEvent> events = new ArrayList<>();
          for (ConsumerRecord<String, byte[]> polled : consumer.poll(Duration.ofSeconds(1))) {
            events.add(EVENT.decode(polled.value()));
          }
          insert(connection, insert, events);
          drained += events.size();
        }
        return (System.nanoTime() - begin) / 1e6;
      }
    }
  }

  private static void insert(
      Connection connection, PreparedStatement insert, List<WorkflowEvent> events)
      throws SQLException {
    List<Function<WorkflowEvent, Object>> columns =
        List.of(
            WorkflowEvent::workflowId,
            WorkflowEvent::namespace,
            WorkflowEvent::definition,
            event -> event.state().name(),
            event -> "[]",
            event -> Objects.requireNonNull(event.stamp()).hash(),
            WorkflowEvent::sizeBytes,
            WorkflowEvent::processingMicros);
    List<String> types =
        List.of("uuid", "text", "text", "text", "text", "text", "bigint", "bigint");
    for (int i = 0; i < types.size(); i++) {
      insert.setArray(
          i + 1,
          connection.createArrayOf(types.get(i), events.stream().map(columns.get(i)).toArray()));
    }
    insert.executeUpdate();
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
