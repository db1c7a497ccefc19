package io.nodebridge.bench.load;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.Introspection.Limits;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.NodeRequest;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.node.Node;
import io.nodebridge.introspection.node.NodeIdentity;
import io.nodebridge.introspection.node.Vitals;
import io.nodebridge.introspection.node.Voice;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/// Many nodes in one JVM: each has its own identity, incarnation, sequence and sends, by the
/// production [Voice]; they share a producer, the requests they hear, and a thread that beats each
/// of them at its own moment of the interval.
public final class Swarm implements AutoCloseable {
  private static final JsonCodec<NodeRequest> REQUEST = JsonCodec.of(NodeRequest.class);
  private static final TopicPartition REQUESTS =
      new TopicPartition(Topic.NODE_REQUESTS.topicName(), 0);
  private static final Duration HEAR = Duration.ofMillis(200);

  private final Map<String, Voice> living = new ConcurrentHashMap<>();
  private final List<String> ids = new ArrayList<>();
  private final Producer<String, byte[]> producer;
  private final Consumer<String, byte[]> requests;
  private final Vitals vitals;
  private final long intervalNanos;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile boolean stopping;

  private Swarm(KafkaClients kafka, Duration interval, Vitals vitals) {
    this.producer = kafka.producer("swarm");
    this.requests = kafka.reader("swarm-ears", "latest");
    this.vitals = vitals;
    this.intervalNanos = interval.toNanos();
  }

  /// Makes the nodes; none has said anything yet.
  ///
  /// @param prefix of the ids `prefix-0`, `prefix-1`, …
  public static Swarm of(
      String bootstrapServers, String prefix, int count, Duration interval, Vitals vitals) {
    KafkaClients kafka = Node.impatient(new KafkaClients(bootstrapServers, Map.of()));
    Swarm swarm = new Swarm(kafka, interval, vitals);
    for (int number = 0; number < count; number++) {
      String id = prefix + "-" + number;
      swarm.ids.add(id);
      swarm.revive(id);
    }
    return swarm;
  }

  /// Lets every node beat at its interval, and answer requests.
  public Swarm start() {
    requests.assign(List.of(REQUESTS));
    requests.seekToEnd(List.of(REQUESTS));
    requests.position(REQUESTS);
    threads.add(Thread.ofPlatform().name("swarm-beats").start(this::beatInTurn));
    threads.add(Thread.ofPlatform().name("swarm-ears").start(this::hear));
    return this;
  }

  public List<String> ids() {
    return List.copyOf(ids);
  }

  /// Every node that has not been killed.
  public Collection<Voice> voices() {
    return List.copyOf(living.values());
  }

  /// The node falls silent without a word.
  public void kill(String id) {
    living.remove(id);
  }

  /// The node begins a new life, with a higher incarnation.
  public void revive(String id) {
    NodeIdentity identity =
        new NodeIdentity(
            id,
            System.currentTimeMillis(),
            "swarm",
            NodeType.COMPUTE,
            "1",
            List.of("swarm.nothing"),
            new Endpoints(null, null, null),
            new Limits(1, 64));
    living.put(id, new Voice(identity, producer, vitals, InstantSource.system()));
  }

  /// Beats that Kafka took.
  public long sent() {
    return sent.get();
  }

  /// Beats that Kafka did not take.
  public long failed() {
    return failed.get();
  }

  @Override
  public void close() {
    stopping = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    requests.close();
    producer.close(Duration.ofSeconds(2));
  }

  // Node k of n beats at k/n of the interval.
  private void beatInTurn() {
    long begin = System.nanoTime();
    for (long round = 0; !stopping; round++) {
      for (int number = 0; number < ids.size() && !stopping; number++) {
        long due = begin + round * intervalNanos + number * intervalNanos / ids.size();
        long wait = due - System.nanoTime();
        if (wait > 0) {
          LockSupport.parkNanos(wait);
        }
        Voice voice = living.get(ids.get(number));
        if (voice != null) {
          voice.beat(this::count);
        }
      }
    }
  }

  private void count(boolean taken) {
    (taken ? sent : failed).incrementAndGet();
  }

  private void hear() {
    while (!stopping) {
      for (ConsumerRecord<String, byte[]> message : requests.poll(HEAR)) {
        NodeRequest request = REQUEST.decode(message.value());
        living.values().forEach(voice -> voice.answer(request));
      }
    }
  }
}
