package io.nodebridge.introspection.node;

import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.NodeRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This process as a node of NodeBridge: announces itself, beats, answers the registry's requests,
/// and says good-bye when it is closed.
///
/// One daemon thread does all of it: it waits for requests until the next beat is due. Nothing that
/// fails here stops it, because a node that works but is thought dead gets no work. A beat that
/// could not be sent is not sent later: it would tell of a moment that has passed. An announcement
/// that could not be sent is made again with the next beat.
public final class Node implements AutoCloseable {
  /// What has to exist before a node starts.
  public static final Set<Topic> TOPICS =
      Set.of(Topic.HEARTBEATS, Topic.INTROSPECTIONS, Topic.NODE_REQUESTS);

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final JsonCodec<Heartbeat> HEARTBEAT = JsonCodec.of(Heartbeat.class);
  private static final JsonCodec<Introspection> INTROSPECTION = JsonCodec.of(Introspection.class);
  private static final JsonCodec<NodeRequest> REQUEST = JsonCodec.of(NodeRequest.class);
  private static final TopicPartition REQUESTS =
      new TopicPartition(Topic.NODE_REQUESTS.topicName(), 0);
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final NodeIdentity identity;
  private final Producer<String, byte[]> producer;
  private final Consumer<String, byte[]> requests;
  private final Duration interval;
  private final Vitals vitals;
  private final InstantSource clock;
  private final Thread thread;
  private final Queue<Announcement> unannounced = new ConcurrentLinkedQueue<>();

  // Owned by the thread.
  private final Instant startedAt;
  private Instant lastActivityAt;
  private long sequence;
  private long nextBeatNanos = System.nanoTime();

  private volatile boolean sendingFails;
  private volatile boolean stopping;

  private record Announcement(String reason, @Nullable String correlationId) {}

  Node(
      NodeIdentity identity,
      Producer<String, byte[]> producer,
      Consumer<String, byte[]> requests,
      Duration interval,
      Vitals vitals,
      InstantSource clock) {
    this.identity = identity;
    this.producer = producer;
    this.requests = requests;
    this.interval = interval;
    this.vitals = vitals;
    this.clock = clock;
    this.startedAt = clock.instant();
    this.lastActivityAt = startedAt;
    this.thread = Thread.ofPlatform().name("node-" + identity.id()).daemon().unstarted(this::run);
    requests.assign(List.of(REQUESTS));
    unannounced.add(new Announcement("startup", null));
  }

  /// Starts announcing and beating; does not wait for Kafka. [#TOPICS] must exist.
  public static Node start(
      NodeIdentity identity, KafkaClients kafka, Duration interval, Vitals vitals) {
    KafkaClients impatient = impatient(kafka);
    Node node =
        new Node(
            identity,
            impatient.producer(identity.id() + "-node"),
            impatient.reader(identity.id() + "-node", "latest"),
            interval,
            vitals,
            InstantSource.system());
    node.thread.start();
    return node;
  }

  /// Says good-bye and ends the thread; waits 2 s at most for the farewell to arrive.
  @Override
  public void close() {
    stopping = true;
    requests.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (requests) {
      while (!stopping) {
        turn();
      }
      leave();
    } finally {
      producer.close(FAREWELL);
    }
  }

  /// Answers what arrives until the next beat is due, then beats.
  void turn() {
    answerRequests(Math.max(0, nextBeatNanos - System.nanoTime()));
    long now = System.nanoTime();
    if (stopping || now < nextBeatNanos) {
      return;
    }
    // Beats that were missed are not made up for.
    nextBeatNanos = Math.max(nextBeatNanos + interval.toNanos(), now);
    try {
      announceWhatIsDue();
      beat();
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("node", identity.id())
          .addKeyValue("reason", e)
          .log("a beat failed; the next one tries again");
      LOG.debug("where the beat failed", e);
    }
  }

  /// The farewell.
  void leave() {
    send(MessageType.NODE_LEFT, Topic.INTROSPECTIONS, describe("left", null), () -> {});
  }

  private void answerRequests(long waitNanos) {
    try {
      for (ConsumerRecord<String, byte[]> request : requests.poll(Duration.ofNanos(waitNanos))) {
        answer(request);
      }
    } catch (WakeupException | InterruptException e) {
      LOG.debug("woken to stop", e);
      stopping = true;
    } catch (KafkaException e) {
      LOG.atWarn().setCause(e).addKeyValue("node", identity.id()).log("requests cannot be read");
      LockSupport.parkNanos(waitNanos);
    }
  }

  private void answer(ConsumerRecord<String, byte[]> message) {
    try {
      NodeRequest request = REQUEST.decode(message.value());
      if (request.targetTypes().isEmpty() || request.targetTypes().contains(identity.type())) {
        announce(new Announcement(request.reason(), request.correlationId()));
      }
    } catch (InvalidMessageException e) {
      LOG.atWarn()
          .addKeyValue("offset", message.offset())
          .addKeyValue("reason", e.getMessage())
          .log("a registry's request is unreadable and passed over");
    }
  }

  private void announceWhatIsDue() {
    for (int due = unannounced.size(); due > 0; due--) {
      Announcement announcement = unannounced.poll();
      if (announcement != null) {
        announce(announcement);
      }
    }
  }

  private void announce(Announcement announcement) {
    send(
        MessageType.NODE_INTROSPECTION,
        Topic.INTROSPECTIONS,
        describe(announcement.reason(), announcement.correlationId()),
        () -> unannounced.add(announcement));
  }

  private void beat() {
    Instant now = clock.instant();
    int active = vitals.activeOperations().getAsInt();
    if (active > 0) {
      lastActivityAt = now;
    }
    sequence++;
    Heartbeat heartbeat =
        new Heartbeat(
            identity.id(),
            identity.incarnation(),
            sequence,
            identity.type(),
            vitals.health().get(),
            Duration.between(startedAt, now).toSeconds(),
            lastActivityAt,
            active,
            vitals.resources().get(),
            Map.of());
    send(MessageType.NODE_HEARTBEAT, Topic.HEARTBEATS, HEARTBEAT.encode(heartbeat), () -> {});
  }

  private byte[] describe(String reason, @Nullable String correlationId) {
    return INTROSPECTION.encode(
        new Introspection(
            identity.id(),
            identity.incarnation(),
            identity.name(),
            identity.type(),
            identity.version(),
            identity.capabilities(),
            identity.endpoints(),
            vitals.health().get().word(),
            identity.limits(),
            null,
            null,
            null,
            0,
            reason,
            correlationId));
  }

  private void send(MessageType type, Topic topic, byte[] value, Runnable failed) {
    ProducerRecord<String, byte[]> message =
        new ProducerRecord<>(topic.topicName(), identity.id(), value);
    new Envelope(
            type,
            WorkflowIds.minted(),
            Envelope.sourceOf(identity.type().word(), identity.id()),
            clock.instant(),
            identity.id(),
            null,
            null)
        .writeTo(message.headers());
    try {
      var _ =
          producer.send(
              message,
              (metadata, e) -> {
                if (e == null) {
                  sendingFails = false;
                } else {
                  failed.run();
                  logFailure(type, e);
                }
              });
    } catch (KafkaException e) {
      failed.run();
      logFailure(type, e);
    }
  }

  // An outage is told once, not once a second.
  private void logFailure(MessageType type, Exception e) {
    LOG.debug("failing: {}", type, e);
    if (sendingFails) {
      return;
    }
    sendingFails = true;
    LOG.atWarn()
        .addKeyValue("node", identity.id())
        .addKeyValue("type", type.word())
        .addKeyValue("reason", e)
        .log("sending fails; the next beat tries again");
  }

  // A beat that is stuck is worth nothing after the registry's patience: give it up early.
  private static KafkaClients impatient(KafkaClients kafka) {
    Map<String, String> settings = new HashMap<>();
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000");
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "2000");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "3000");
    settings.putAll(kafka.overrides());
    return new KafkaClients(kafka.bootstrapServers(), settings);
  }
}
