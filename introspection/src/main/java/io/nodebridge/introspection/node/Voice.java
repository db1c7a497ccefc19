package io.nodebridge.introspection.node;

import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.NodeRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one node says, and in which order: announcements, beats, the farewell. It has no thread and
/// no clock of its own making; [Node] gives it both. Many voices may share a producer and a thread.
///
/// A beat that could not be sent is not sent later: it would tell of a moment that has passed. An
/// announcement that could not be sent is made again with the next beat.
public final class Voice {
  private static final Logger LOG = LoggerFactory.getLogger(Voice.class);
  private static final JsonCodec<Heartbeat> HEARTBEAT = JsonCodec.of(Heartbeat.class);
  private static final JsonCodec<Introspection> INTROSPECTION = JsonCodec.of(Introspection.class);

  private final Producer<String, byte[]> producer;
  private final Vitals vitals;
  private final InstantSource clock;
  private final Instant startedAt;
  private final Queue<Announcement> unannounced = new ConcurrentLinkedQueue<>();

  // Owned by the thread that beats.
  private Instant lastActivityAt;
  private long sequence;
  private @Nullable String toldState;

  private volatile NodeIdentity identity;
  private volatile boolean sendingFails;

  private record Announcement(String reason, @Nullable String correlationId) {}

  public Voice(
      NodeIdentity identity,
      Producer<String, byte[]> producer,
      Vitals vitals,
      InstantSource clock) {
    this.identity = identity;
    this.producer = producer;
    this.vitals = vitals;
    this.clock = clock;
    this.startedAt = clock.instant();
    this.lastActivityAt = startedAt;
    unannounced.add(new Announcement("startup", null));
  }

  public NodeIdentity identity() {
    return identity;
  }

  /// Takes another description, which is announced with the next beat. From any thread.
  ///
  /// @throws IllegalArgumentException if it is another node's, or another life's
  public void become(NodeIdentity changed) {
    if (!changed.id().equals(identity.id()) || changed.incarnation() != identity.incarnation()) {
      throw new IllegalArgumentException(
          changed.id()
              + "/"
              + changed.incarnation()
              + " cannot replace "
              + identity.id()
              + "/"
              + identity.incarnation()
              + ": id and incarnation stay while a node lives");
    }
    identity = changed;
    unannounced.add(new Announcement("changed", null));
  }

  /// Announces what is due, then beats.
  public void beat() {
    beat(sent -> {});
  }

  /// The same.
  ///
  /// @param sent told whether Kafka took the beat, on a thread of the producer's
  public void beat(Consumer<Boolean> sent) {
    String state = vitals.health().get().word();
    if (toldState != null && !toldState.equals(state)) {
      unannounced.add(new Announcement("changed", null));
    }
    for (int due = unannounced.size(); due > 0; due--) {
      Announcement announcement = unannounced.poll();
      if (announcement != null) {
        announce(announcement, state);
      }
    }
    toldState = state;
    send(MessageType.NODE_HEARTBEAT, Topic.HEARTBEATS, HEARTBEAT.encode(next()), sent);
  }

  /// Answers a registry's request, if it is meant for nodes of this type.
  public void answer(NodeRequest request) {
    if (request.targetTypes().isEmpty() || request.targetTypes().contains(identity.type())) {
      announce(
          new Announcement(request.reason(), request.correlationId()),
          vitals.health().get().word());
    }
  }

  /// Says good-bye.
  public void leave() {
    Announcement farewell = new Announcement("left", null);
    byte[] value = describe(farewell, vitals.health().get().word());
    send(MessageType.NODE_LEFT, Topic.INTROSPECTIONS, value, sent -> {});
  }

  private Heartbeat next() {
    Instant now = clock.instant();
    int active = vitals.activeOperations().getAsInt();
    if (active > 0) {
      lastActivityAt = now;
    }
    sequence++;
    return new Heartbeat(
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
  }

  private void announce(Announcement announcement, String state) {
    send(
        MessageType.NODE_INTROSPECTION,
        Topic.INTROSPECTIONS,
        describe(announcement, state),
        sent -> {
          if (!sent) {
            unannounced.add(announcement);
          }
        });
  }

  private byte[] describe(Announcement announcement, String state) {
    NodeIdentity self = identity;
    return INTROSPECTION.encode(
        new Introspection(
            self.id(),
            self.incarnation(),
            self.name(),
            self.type(),
            self.version(),
            self.capabilities(),
            self.endpoints(),
            state,
            self.limits(),
            null,
            null,
            null,
            0,
            announcement.reason(),
            announcement.correlationId()));
  }

  private void send(MessageType type, Topic topic, byte[] value, Consumer<Boolean> sent) {
    NodeIdentity self = identity;
    ProducerRecord<String, byte[]> message =
        new ProducerRecord<>(topic.topicName(), self.id(), value);
    new Envelope(
            type,
            WorkflowIds.minted(),
            Envelope.sourceOf(self.type().word(), self.id()),
            clock.instant(),
            self.id(),
            null,
            null)
        .writeTo(message.headers());
    try {
      var _ =
          producer.send(
              message,
              (metadata, e) -> {
                sent.accept(e == null);
                if (e == null) {
                  sendingFails = false;
                } else {
                  logFailure(type, e);
                }
              });
    } catch (KafkaException e) {
      sent.accept(false);
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
}
