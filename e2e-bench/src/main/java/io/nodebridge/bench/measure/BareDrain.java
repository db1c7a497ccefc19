package io.nodebridge.bench.measure;

import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.InvalidMessageException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/// What draining a backlog cannot be much faster than: a loop that polls and inserts.
public final class BareDrain {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private BareDrain() {}

  /// Reads what was written behind the given ends of the log.
  ///
  /// @param from where each partition ended before the backlog was written
  /// @return milliseconds from the first poll to the last commit's return
  public static double millis(Stack stack, Map<TopicPartition, Long> from, int count)
      throws SQLException, InvalidMessageException {
    KafkaClients kafka = new KafkaClients(stack.kafka(), Map.of());
    try (BareRows rows = new BareRows(stack);
        Consumer<String, byte[]> consumer = kafka.reader("bare-drain", "none")) {
      consumer.assign(from.keySet());
      from.forEach(consumer::seek);
      long begin = System.nanoTime();
      int drained = 0;
      while (drained < count) {
        if (System.nanoTime() - begin > LIMIT.toNanos()) {
          throw new IllegalStateException(
              "of " + count + " events the log gave " + drained + " within " + LIMIT);
        }
        ConsumerRecords<String, byte[]> polled = consumer.poll(Duration.ofSeconds(1));
        rows.insert(polled);
        drained += polled.count();
      }
      return (System.nanoTime() - begin) / 1e6;
    }
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
