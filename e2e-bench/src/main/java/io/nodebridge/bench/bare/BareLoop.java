package io.nodebridge.bench.bare;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/// Polls all partitions of a topic from its beginning, on a thread of its own.
final class BareLoop implements AutoCloseable {
  private final Consumer<String, byte[]> consumer;
  private final Handler handler;
  private final Thread thread;

  @FunctionalInterface
  interface Handler {
    void handle(ConsumerRecords<String, byte[]> records) throws Exception;
  }

  private BareLoop(Consumer<String, byte[]> consumer, String topic, Handler handler) {
    this.consumer = consumer;
    this.handler = handler;
    this.thread = Thread.ofPlatform().name(topic).unstarted(this::loop);
  }

  static BareLoop start(KafkaClients kafka, String topic, Handler handler) {
    Consumer<String, byte[]> consumer = kafka.reader(topic, "none");
    List<TopicPartition> partitions =
        IntStream.range(0, Topic.REQUESTS.partitions())
            .mapToObj(number -> new TopicPartition(topic, number))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    BareLoop loop = new BareLoop(consumer, topic, handler);
    loop.thread.start();
    return loop;
  }

  private void loop() {
    try (consumer) {
      while (true) {
        ConsumerRecords<String, byte[]> records = consumer.poll(Duration.ofMillis(200));
        if (!records.isEmpty()) {
          handler.handle(records);
        }
      }
    } catch (WakeupException e) {
      // told to stop
    } catch (Exception e) {
      throw new IllegalStateException(e); // a thread that dies ends the process
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
  }
}
