package io.nodebridge.bench.measure;

import io.nodebridge.bench.load.Backlog;
import io.nodebridge.bench.load.OpenLoop;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

/// What an event cannot be committed much sooner than: the same events at the same rate, on a topic
/// of their own, and a loop that polls and inserts.
public final class BareCommits {
  private static final String TOPIC = "bench.floor.events";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private BareCommits() {}

  /// Measures after a pass of half as many for warming up.
  ///
  /// @return the moments of each event: due, polled, committed
  public static List<long[]> measure(Stack stack, int count, double perSecond) throws Exception {
    KafkaClients kafka = new KafkaClients(stack.kafka(), Map.of());
    createTopic(kafka);
    List<TopicPartition> partitions =
        IntStream.range(0, Topic.EVENTS.partitions())
            .mapToObj(number -> new TopicPartition(TOPIC, number))
            .toList();
    try (BareRows rows = new BareRows(stack);
        Producer<String, byte[]> producer = kafka.producer("floor-events");
        Consumer<String, byte[]> consumer = kafka.reader("floor-events", "latest");
        ExecutorService loop = Executors.newSingleThreadExecutor()) {
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position);
      List<long[]> moments = List.of();
      for (int events : List.of(count / 2, count)) {
        Callable<List<long[]>> insert = () -> insert(rows, consumer, events);
        Future<List<long[]>> inserted = loop.submit(insert);
        OpenLoop.run(events, perSecond, (number, due) -> send(producer, number, due));
        moments = inserted.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
      return moments;
    }
  }

  private static void send(Producer<String, byte[]> producer, long number, long dueNanos) {
    ProducerRecord<String, byte[]> end = Backlog.end(TOPIC, Backlog.namespace("floor", number));
    HopStamps.none().at(dueNanos).writeTo(end.headers());
    // One that fails is missing in the loop.
    Future<?> _ = producer.send(end);
  }

  private static List<long[]> insert(BareRows rows, Consumer<String, byte[]> consumer, int count)
      throws Exception {
    List<long[]> moments = new ArrayList<>(count);
    long end = System.nanoTime() + LIMIT.toNanos();
    while (moments.size() < count) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the floor lost " + (count - moments.size()) + " events");
      }
      ConsumerRecords<String, byte[]> records = consumer.poll(Duration.ofMillis(200));
      if (!records.isEmpty()) {
        long polled = System.nanoTime();
        rows.insert(records);
        long committed = System.nanoTime();
        for (ConsumerRecord<String, byte[]> event : records) {
          long due = HopStamps.readFrom(event.headers()).nanos()[0];
          moments.add(new long[] {due, polled, committed});
        }
      }
    }
    return moments;
  }

  private static void createTopic(KafkaClients kafka)
      throws ExecutionException, InterruptedException {
    try (Admin admin = kafka.admin("floor-events-admin")) {
      if (!admin.listTopics().names().get().contains(TOPIC)) {
        int partitions = Topic.EVENTS.partitions();
        admin
            .createTopics(List.of(new NewTopic(TOPIC, partitions, Floor.replicas(admin))))
            .all()
            .get();
      }
    }
  }
}
