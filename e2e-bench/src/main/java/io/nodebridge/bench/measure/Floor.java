package io.nodebridge.bench.measure;

import io.nodebridge.bench.load.OpenLoop;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/// What a request cannot be faster than: produce → consume, again, and the rows of what was polled
/// committed in one statement, with the same broker, database, acks, partitions and payload, at the
/// same rate, and nothing else.
public final class Floor {
  private static final int PARTITIONS = 8;
  private static final int PAYLOAD_BYTES = 1_100;
  private static final double AT_ONCE = 1e9;
  private static final List<String> TOPICS = List.of("bench.floor.first", "bench.floor.second");

  private Floor() {}

  /// What the passes took, in milliseconds.
  ///
  /// @param totals from the intended start to the commit's return
  /// @param firstHop from the intended start to the first loop's poll
  /// @param secondHop from there to the second loop's poll
  /// @param commit from there to the commit's return
  public record Passes(double[] totals, double[] firstHop, double[] secondHop, double[] commit) {
    private static Passes of(List<long[]> moments) {
      return new Passes(
          between(moments, 0, 3),
          between(moments, 0, 1),
          between(moments, 1, 2),
          between(moments, 2, 3));
    }

    private static double[] between(List<long[]> moments, int from, int to) {
      return moments.stream().mapToDouble(m -> (m[to] - m[from]) / 1e6).toArray();
    }
  }

  /// Measures `count` passes at `perSecond` after as many for warming up.
  public static Passes measure(Stack stack, int count, double perSecond)
      throws InterruptedException, SQLException {
    return Passes.of(measure(stack, List.of(count, count), perSecond).getLast());
  }

  /// Measures bursts after as many for warming up: a sample is from the moment at which all passes
  /// of a burst begin to the last commit's return, in milliseconds.
  public static double[] bursts(Stack stack, int count, int size)
      throws InterruptedException, SQLException {
    List<Integer> sizes = Collections.nCopies(2 * count, size);
    return measure(stack, sizes, AT_ONCE).stream()
        .skip(count)
        .mapToDouble(burst -> Arrays.stream(Passes.of(burst).totals()).max().orElse(Double.NaN))
        .toArray();
  }

  // Each round is over before the next one begins.
  private static List<List<long[]>> measure(Stack stack, List<Integer> counts, double perSecond)
      throws InterruptedException, SQLException {
    KafkaClients kafka = new KafkaClients(stack.kafka(), Map.of());
    createTopics(kafka);
    BlockingQueue<long[]> samples = new LinkedBlockingQueue<>();
    try (Connection connection = stack.postgres().connect();
        Producer<String, byte[]> first = kafka.producer("floor-first");
        Producer<String, byte[]> second = kafka.producer("floor-second");
        Reader hop = new Reader(kafka, TOPICS.get(0), polled -> sendOnward(second, polled));
        Reader commit = new Reader(kafka, TOPICS.get(1), inserting(connection, samples))) {
      createTable(connection);
      hop.start();
      commit.start();
      List<List<long[]>> rounds = new ArrayList<>();
      for (int count : counts) {
        pass(first, count, perSecond);
        rounds.add(drain(samples, count));
      }
      return rounds;
    }
  }

  private static void pass(Producer<String, byte[]> producer, int count, double perSecond) {
    OpenLoop.run(
        count,
        perSecond,
        (number, intended) -> {
          byte[] payload = ByteBuffer.allocate(PAYLOAD_BYTES).putLong(intended).array();
          Future<?> _ =
              producer.send(
                  new ProducerRecord<>(
                      TOPICS.get(0), (int) (number % PARTITIONS), "" + number, payload));
        });
  }

  // A failed send is a lost pass, which the drain reports.
  private static void sendOnward(
      Producer<String, byte[]> producer, ConsumerRecords<String, byte[]> polled) {
    long polledNanos = System.nanoTime();
    for (ConsumerRecord<String, byte[]> one : polled) {
      ByteBuffer.wrap(one.value()).putLong(Long.BYTES, polledNanos);
      Future<?> _ =
          producer.send(
              new ProducerRecord<>(TOPICS.get(1), one.partition(), one.key(), one.value()));
    }
  }

  private static Reader.Handler inserting(Connection connection, BlockingQueue<long[]> samples) {
    return polled -> {
      long polledNanos = System.nanoTime();
      List<byte[]> bodies = new ArrayList<>(polled.count());
      polled.forEach(one -> bodies.add(one.value()));
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO bench_floor (id, body) SELECT gen_random_uuid(), unnest(?)")) {
        insert.setArray(1, connection.createArrayOf("bytea", bodies.toArray(byte[][]::new)));
        insert.executeUpdate();
      }
      long committedNanos = System.nanoTime();
      for (byte[] body : bodies) {
        ByteBuffer stamps = ByteBuffer.wrap(body);
        samples.add(new long[] {stamps.getLong(), stamps.getLong(), polledNanos, committedNanos});
      }
    };
  }

  private static List<long[]> drain(BlockingQueue<long[]> samples, int count)
      throws InterruptedException {
    List<long[]> drained = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long[] sample = samples.poll(30, TimeUnit.SECONDS);
      if (sample == null) {
        throw new IllegalStateException("the floor lost " + (count - i) + " of " + count);
      }
      drained.add(sample);
    }
    return drained;
  }

  private static void createTopics(KafkaClients kafka) throws InterruptedException {
    try (Admin admin = kafka.admin("floor-admin")) {
      if (!admin.listTopics().names().get().containsAll(TOPICS)) {
        short replicas = replicas(admin);
        admin
            .createTopics(
                TOPICS.stream().map(name -> new NewTopic(name, PARTITIONS, replicas)).toList())
            .all()
            .get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("no topics for the floor", e.getCause());
    }
  }

  /// As many as what is measured has.
  static short replicas(Admin admin) throws ExecutionException, InterruptedException {
    String events = Topic.EVENTS.topicName();
    return (short)
        admin.describeTopics(List.of(events)).allTopicNames().get().values().stream()
            .mapToInt(topic -> topic.partitions().getFirst().replicas().size())
            .min()
            .orElseThrow();
  }

  private static void createTable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS bench_floor (id uuid PRIMARY KEY, body bytea NOT NULL)");
    }
  }

  /// One bare poll loop.
  private static final class Reader implements AutoCloseable {
    private final Consumer<String, byte[]> consumer;
    private final Handler handler;
    private final Thread thread;
    private volatile @Nullable Exception failure;

    @FunctionalInterface
    interface Handler {
      void accept(ConsumerRecords<String, byte[]> polled) throws SQLException;
    }

    Reader(KafkaClients kafka, String topic, Handler handler) {
      this.consumer = kafka.reader(topic, "latest");
      this.handler = handler;
      this.thread = Thread.ofPlatform().name(topic).unstarted(this::loop);
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(topic, p)).toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position);
    }

    void start() {
      thread.start();
    }

    private void loop() {
      try {
        while (true) {
          ConsumerRecords<String, byte[]> polled = consumer.poll(Duration.ofMillis(200));
          if (!polled.isEmpty()) {
            handler.accept(polled);
          }
        }
      } catch (WakeupException e) {
        consumer.close();
      } catch (SQLException e) {
        failure = e;
      }
    }

    @Override
    public void close() {
      consumer.wakeup();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (failure != null) {
        throw new IllegalStateException("the floor's loop failed", failure);
      }
    }
  }
}
