package io.nodebridge.bench.measure;

import com.zaxxer.hikari.HikariDataSource;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.introspection.config.DatabaseUrl;
import io.nodebridge.reducer.fold.Batch;
import io.nodebridge.reducer.fold.LogEntry;
import io.nodebridge.reducer.fold.PartitionState;
import io.nodebridge.reducer.poll.EntryReader;
import io.nodebridge.reducer.store.BatchStore;
import io.nodebridge.reducer.store.Database;
import io.nodebridge.reducer.store.Fence;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// The reducer's own way of a backlog - its decoding, its fold, its fenced statement - without the
/// workflows' rows: positions, windows and late events only. One thread does all of it.
public final class AggregateDrain {
  private static final String COUNTED =
      """
      SELECT (SELECT count(*) FROM reducer.late_event WHERE topic_id = ?)
        + (SELECT coalesce(sum(completed), 0) FROM reducer.window_aggregate WHERE topic_id = ?)
      """;

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private AggregateDrain() {}

  /// What came of it.
  ///
  /// @param millis from the first poll to the last commit's return
  /// @param counted ends in windows and late events, as the database has them
  public record Drained(double millis, long counted) {}

  /// Reads what was written behind the given ends of the log, under a topic id of its own, so that
  /// no partition of the running reducer is taken from it.
  ///
  /// @param from where each partition ended before the backlog was written
  public static Drained drain(Stack stack, Map<TopicPartition, Long> from, int count)
      throws Exception {
    DatabaseUrl url = stack.postgres().databaseUrl();
    KafkaClients kafka = new KafkaClients(stack.kafka(), Map.of());
    try (HikariDataSource database = Database.writes(url, 1);
        Consumer<String, byte[]> consumer = kafka.reader("aggregate-drain", "none")) {
      UUID topicId = UUID.randomUUID();
      BatchStore store = new BatchStore(database, topicId, "bench");
      Map<Integer, Fence> fences = new HashMap<>();
      for (Map.Entry<TopicPartition, Long> partition : from.entrySet()) {
        int number = partition.getKey().partition();
        fences.put(number, store.claim(number, partition.getValue()));
      }
      consumer.assign(from.keySet());
      from.forEach(consumer::seek);
      long begin = System.nanoTime();
      int drained = 0;
      while (drained < count) {
        if (System.nanoTime() - begin > LIMIT.toNanos()) {
          throw new IllegalStateException(
              "of " + count + " events the log gave " + drained + " within " + LIMIT);
        }
        List<LogEntry> entries = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          entries.add(EntryReader.read(record));
        }
        if (!entries.isEmpty()) {
          Batch batch = Batch.fold(entries, before(fences));
          Batch withoutRows = new Batch(List.of(), batch.deadLetters(), batch.progress());
          for (Fence moved : store.write(withoutRows, fences, Set.of())) {
            fences.put(moved.partition(), moved);
          }
          drained += batch.entries();
        }
      }
      return new Drained((System.nanoTime() - begin) / 1e6, counted(stack, topicId));
    }
  }

  private static long counted(Stack stack, UUID topicId) throws SQLException {
    try (Connection connection = stack.postgres().connect();
        PreparedStatement statement = connection.prepareStatement(COUNTED)) {
      statement.setObject(1, topicId);
      statement.setObject(2, topicId);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static Batch.Before before(Map<Integer, Fence> fences) {
    Map<Integer, PartitionState> states = new HashMap<>();
    fences.forEach((partition, fence) -> states.put(partition, fence.state()));
    return new Batch.Before(states, Set.of(), Instant.now());
  }
}
