package io.nodebridge.introspection.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.NodeHealth;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.config.DatabaseUrl;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistryLoopTest {
  private static final TopicPartition LEAD = new TopicPartition(Topic.NODE_STATES.topicName(), 0);
  private static final TopicPartition BEATS = new TopicPartition(Topic.HEARTBEATS.topicName(), 0);
  private static final JsonCodec<Heartbeat> HEARTBEAT = JsonCodec.of(Heartbeat.class);

  private final AtomicInteger timeouts = new AtomicInteger();
  private final MockConsumer<String, byte[]> member = new MockConsumer<>("latest");
  private final MockConsumer<String, byte[]> ears =
      new MockConsumer<>("latest") {
        @Override
        public synchronized long position(TopicPartition partition) {
          if (timeouts.getAndDecrement() > 0) {
            throw new TimeoutException("no broker answers");
          }
          return super.position(partition);
        }
      };
  private final Table table = new Table();
  private final RegistryLoop loop =
      new RegistryLoop(
          new Leadership(member),
          ears,
          new Announcer(
              new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()),
              "registry-1",
              Instant::now),
          table,
          new RegistryMeters(new SimpleMeterRegistry()),
          new RegistryConfig(
              new KafkaClients("127.0.0.1:1", Map.of()),
              (short) 1,
              new DatabaseUrl("", "", ""),
              new DatabaseUrl("", "", ""),
              "127.0.0.1",
              0,
              "registry-1",
              Deadlines.ofInterval(Duration.ofSeconds(60))),
          RegistryLoop.steadyClock());

  @AfterEach
  void stop() {
    loop.close();
  }

  @Test
  void aBrokerThatIsAwayDuringATakeOverIsAskedAgain() {
    timeouts.set(1);
    lead();

    await().until(loop::leads);
    assertThat(table.generation).hasValue(2);
  }

  @Test
  void aRowThatCannotBeStoredIsADeadLetterAndTheOthersAreWritten() {
    table.refused.add("node-3");
    lead();
    await().until(loop::leads);
    ears.schedulePollTask(
        () -> {
          for (int i = 0; i < 7; i++) {
            ears.addRecord(beat("node-" + i, i));
          }
        });

    await().until(() -> !table.dead.isEmpty());
    assertThat(table.rows)
        .containsOnlyKeys("node-0", "node-1", "node-2", "node-4", "node-5", "node-6");
    assertThat(table.dead)
        .singleElement()
        .returns("node-3", DeadLetter::key)
        .returns(3L, DeadLetter::offset)
        .returns(beat("node-3", 3).value(), DeadLetter::value)
        .extracting(DeadLetter::reason)
        .asString()
        .contains("it cannot be stored: so the test wants it");
    assertThat(table.turned).as("history").contains("node-0", "node-6");
    assertThat(loop.leads()).isTrue();
  }

  private void lead() {
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (Topic topic : List.of(Topic.HEARTBEATS, Topic.INTROSPECTIONS)) {
      for (int number = 0; number < topic.partitions(); number++) {
        ends.put(new TopicPartition(topic.topicName(), number), 0L);
      }
    }
    ears.updateEndOffsets(ends);
    member.updateEndOffsets(Map.of(LEAD, 0L));
    member.schedulePollTask(() -> member.rebalance(List.of(LEAD)));
    loop.start();
  }

  private static ConsumerRecord<String, byte[]> beat(String nodeId, long offset) {
    Heartbeat beat =
        new Heartbeat(
            nodeId,
            1,
            1,
            NodeType.COMPUTE,
            NodeHealth.HEALTHY,
            1,
            Instant.EPOCH,
            0,
            new Heartbeat.Resources(1, 1, 1, 1, false),
            Map.of());
    ConsumerRecord<String, byte[]> message =
        new ConsumerRecord<>(
            BEATS.topic(), BEATS.partition(), offset, nodeId, HEARTBEAT.encode(beat));
    new Envelope(
            MessageType.NODE_HEARTBEAT,
            new UUID(1, offset),
            "/nodebridge/test/1",
            Instant.EPOCH,
            nodeId,
            null,
            null)
        .writeTo(message.headers());
    return message;
  }

  /// Keeps what is written, but for the rows of some nodes.
  private static final class Table implements RegistryLoop.Store {
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final AtomicInteger generation = new AtomicInteger();
    private final Map<String, NodeRow> rows = new ConcurrentHashMap<>();
    private final Queue<DeadLetter> dead = new ConcurrentLinkedQueue<>();
    private final Set<String> turned = ConcurrentHashMap.newKeySet();

    @Override
    public long claim(String registryId) {
      return generation.incrementAndGet();
    }

    @Override
    public boolean holds(long held) {
      return held == generation.get();
    }

    @Override
    public List<NodeRow> load() {
      return List.of();
    }

    @Override
    public void write(long held, RegistryStore.Changes changes) throws SQLException {
      if (changes.rows().stream().anyMatch(row -> refused.contains(row.nodeId()))) {
        throw new UnstorableException(new IllegalStateException("so the test wants it"));
      }
      changes.rows().forEach(row -> rows.put(row.nodeId(), row));
      changes.turned().forEach(row -> turned.add(row.nodeId()));
      dead.addAll(changes.dead());
    }
  }
}
