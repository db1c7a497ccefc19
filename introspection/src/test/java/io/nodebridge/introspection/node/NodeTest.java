package io.nodebridge.introspection.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.NodeHealth;
import io.nodebridge.events.message.NodeRequest;
import io.nodebridge.events.message.NodeType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class NodeTest {
  private static final JsonCodec<Heartbeat> HEARTBEAT = JsonCodec.of(Heartbeat.class);
  private static final JsonCodec<Introspection> INTROSPECTION = JsonCodec.of(Introspection.class);
  private static final JsonCodec<NodeRequest> REQUEST = JsonCodec.of(NodeRequest.class);
  private static final TopicPartition REQUESTS =
      new TopicPartition(Topic.NODE_REQUESTS.topicName(), 0);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final NodeIdentity IDENTITY =
      new NodeIdentity(
          "stamping-1",
          NOW.toEpochMilli(),
          "stamping",
          NodeType.COMPUTE,
          "0.1.0",
          List.of("content.hash"),
          new Endpoints(null, "http://stamping:8083", null),
          new Introspection.Limits(2, 64));

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  private final MockConsumer<String, byte[]> requests = new MockConsumer<>("latest");
  private NodeHealth health = NodeHealth.HEALTHY;
  private boolean broken;
  private long asked;
  private Supplier<Heartbeat.Resources> resources =
      () -> new Heartbeat.Resources(12.5, 64, 1, 20, false);

  // Without an interval each turn beats.
  private Node node() {
    Node node =
        new Node(
            IDENTITY,
            producer,
            requests,
            Duration.ZERO,
            new Vitals(() -> health, this::active, resources),
            () -> NOW);
    requests.updateEndOffsets(Map.of(REQUESTS, 0L));
    return node;
  }

  private int active() {
    if (broken) {
      throw new IllegalStateException("broken");
    }
    return 3;
  }

  @Test
  void announcesItselfOnceAndThenBeats() {
    Node node = node();
    node.turn();
    node.turn();

    assertThat(types())
        .containsExactly(
            MessageType.NODE_INTROSPECTION, MessageType.NODE_HEARTBEAT, MessageType.NODE_HEARTBEAT);
    Introspection said = INTROSPECTION.decode(sent(0).value());
    assertThat(said.reason()).isEqualTo("startup");
    assertThat(said.capabilities()).containsExactly("content.hash");
    Heartbeat second = HEARTBEAT.decode(sent(2).value());
    assertThat(second.sequence()).isEqualTo(2);
    assertThat(second.incarnation()).isEqualTo(NOW.toEpochMilli());
    assertThat(second.activeOperations()).isEqualTo(3);
    assertThat(second.resources().cpuPercent()).isEqualTo(12.5);
    assertThat(producer.history()).extracting(ProducerRecord::key).containsOnly("stamping-1");
    assertThat(sent(2).topic()).isEqualTo(Topic.HEARTBEATS.topicName());
  }

  @Test
  void aSamplerThatHangsMakesTheBeatSayStaleAndNotLate() {
    CountDownLatch never = new CountDownLatch(1);
    try (ResourceSampler sampler =
        ResourceSampler.start(
            Duration.ofMillis(1),
            () -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return new Heartbeat.Resources(12.5, 64, 1, 20, false);
            })) {
      resources = sampler::latest;
      Node node = node();
      assertTimeoutPreemptively(Duration.ofSeconds(5), node::turn);
    }

    assertThat(HEARTBEAT.decode(sent(1).value()).resources().stale()).isTrue();
  }

  @Test
  void answersARequestWithItsCorrelationId() {
    Node node = node();
    node.turn();
    ask(List.of(), "c-1");
    node.turn();

    Introspection answer = INTROSPECTION.decode(sent(2).value());
    assertThat(answer.correlationId()).isEqualTo("c-1");
    assertThat(answer.reason()).isEqualTo("refresh");
  }

  @Test
  void answersOnlyRequestsForItsType() {
    Node node = node();
    node.turn();
    ask(List.of(NodeType.REDUCER), "c-1");
    ask(List.of(NodeType.REDUCER, NodeType.COMPUTE), "c-2");
    node.turn();

    assertThat(INTROSPECTION.decode(sent(2).value()).correlationId()).isEqualTo("c-2");
    assertThat(types().get(3)).isEqualTo(MessageType.NODE_HEARTBEAT);
  }

  @Test
  void anUnreadableRequestIsPassedOver() {
    Node node = node();
    node.turn();
    requests.addRecord(
        new ConsumerRecord<>(Topic.NODE_REQUESTS.topicName(), 0, asked++, "r", new byte[] {'{'}));
    ask(List.of(), "c-1");
    node.turn();

    assertThat(INTROSPECTION.decode(sent(2).value()).correlationId()).isEqualTo("c-1");
  }

  @Test
  void failedSendsStopNoBeatAndTheAnnouncementIsMadeUpFor() {
    Node node = node();
    producer.sendException = new KafkaException("away");
    node.turn();
    producer.sendException = null;
    node.turn();

    assertThat(types()).containsExactly(MessageType.NODE_INTROSPECTION, MessageType.NODE_HEARTBEAT);
    assertThat(INTROSPECTION.decode(sent(0).value()).reason()).isEqualTo("startup");
    assertThat(HEARTBEAT.decode(sent(1).value()).sequence()).isEqualTo(2);
  }

  @Test
  void aBrokenSupplierStopsNoLaterBeat() {
    Node node = node();
    node.turn();
    broken = true;
    node.turn();
    broken = false;
    node.turn();

    assertThat(types()).hasSize(3).last().isEqualTo(MessageType.NODE_HEARTBEAT);
  }

  @Test
  void aChangeIsAnnouncedWithTheNextBeat() {
    Node node = node();
    node.turn();
    node.voice().become(IDENTITY.offering(List.of("content.hash", "content.insight")));
    node.turn();
    health = NodeHealth.DEGRADED;
    node.turn();
    node.turn();

    assertThat(types()).hasSize(7);
    Introspection offer = INTROSPECTION.decode(sent(2).value());
    assertThat(offer.reason()).isEqualTo("changed");
    assertThat(offer.capabilities()).containsExactly("content.hash", "content.insight");
    assertThat(INTROSPECTION.decode(sent(4).value()).state()).isEqualTo("degraded");
  }

  @Test
  void aChangeCannotMakeAnotherNodeOfIt() {
    NodeIdentity other =
        new NodeIdentity(
            "other-1",
            IDENTITY.incarnation(),
            "other",
            NodeType.COMPUTE,
            "0.1.0",
            List.of(),
            IDENTITY.endpoints(),
            IDENTITY.limits());
    assertThatThrownBy(() -> node().voice().become(other)).hasMessageContaining("other-1");
  }

  @Test
  void saysGoodBye() {
    Node node = node();
    node.turn();
    node.voice().leave();

    assertThat(types().getLast()).isEqualTo(MessageType.NODE_LEFT);
    assertThat(INTROSPECTION.decode(producer.history().getLast().value()).reason())
        .isEqualTo("left");
  }

  private void ask(List<NodeType> types, String correlationId) {
    byte[] request =
        REQUEST.encode(new NodeRequest("registry-1", "refresh", types, 5_000, correlationId));
    requests.addRecord(
        new ConsumerRecord<>(Topic.NODE_REQUESTS.topicName(), 0, asked++, "registry-1", request));
  }

  private ProducerRecord<String, byte[]> sent(int index) {
    return producer.history().get(index);
  }

  private List<MessageType> types() {
    return producer.history().stream()
        .map(message -> Envelope.readFrom(message.headers()).type())
        .toList();
  }
}
