package io.nodebridge.introspection.node;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.NodeRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This process as a node of NodeBridge: announces itself, beats, answers the registry's requests,
/// and says good-bye when it is closed.
///
/// One daemon thread does all of it: it waits for requests until the next beat is due. Nothing that
/// fails here stops it, because a node that works but is thought dead gets no work. What is said is
/// the [Voice]'s.
public final class Node implements AutoCloseable {
  /// What has to exist before a node starts.
  public static final Set<Topic> TOPICS =
      Set.of(Topic.HEARTBEATS, Topic.INTROSPECTIONS, Topic.NODE_REQUESTS);

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final JsonCodec<NodeRequest> REQUEST = JsonCodec.of(NodeRequest.class);
  private static final TopicPartition REQUESTS =
      new TopicPartition(Topic.NODE_REQUESTS.topicName(), 0);
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final Voice voice;
  private final Producer<String, byte[]> producer;
  private final Consumer<String, byte[]> requests;
  private final Duration interval;
  private final Thread thread;

  // Owned by the thread.
  private long nextBeatNanos = System.nanoTime();

  private volatile boolean stopping;

  Node(
      NodeIdentity identity,
      Producer<String, byte[]> producer,
      Consumer<String, byte[]> requests,
      Duration interval,
      Vitals vitals,
      InstantSource clock) {
    this.voice = new Voice(identity, producer, vitals, clock);
    this.producer = producer;
    this.requests = requests;
    this.interval = interval;
    this.thread = Thread.ofPlatform().name("node-" + identity.id()).daemon().unstarted(this::run);
    requests.assign(List.of(REQUESTS));
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

  /// What the node says; for a change of its description.
  public Voice voice() {
    return voice;
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
      voice.leave();
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
      voice.beat();
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("node", voice.identity().id())
          .addKeyValue("reason", e)
          .log("a beat failed; the next one tries again");
      LOG.debug("where the beat failed", e);
    }
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
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("node", voice.identity().id())
          .log("requests cannot be read");
      LockSupport.parkNanos(waitNanos);
    }
  }

  private void answer(ConsumerRecord<String, byte[]> message) {
    try {
      voice.answer(REQUEST.decode(message.value()));
    } catch (InvalidMessageException e) {
      LOG.atWarn()
          .addKeyValue("offset", message.offset())
          .addKeyValue("reason", e.getMessage())
          .log("a registry's request is unreadable and passed over");
    }
  }

  /// Kafka clients with the patience of a node: a beat that is stuck is worth nothing after the
  /// registry's patience, and gives up early; one that is on its way may wait 5 ms for others.
  public static KafkaClients impatient(KafkaClients kafka) {
    Map<String, String> settings = new HashMap<>();
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "5");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000");
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "2000");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "3000");
    settings.putAll(kafka.overrides());
    return new KafkaClients(kafka.bootstrapServers(), settings);
  }
}
