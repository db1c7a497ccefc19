package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.Heartbeat.Resources;
import io.nodebridge.events.message.NodeHealth;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.node.Node;
import io.nodebridge.introspection.node.NodeIdentity;
import io.nodebridge.introspection.node.Vitals;
import io.nodebridge.introspection.node.Voice;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/// One real node on the running stack, which beats when it is told to, and what became of its
/// beats.
final class BeatingNode implements AutoCloseable {
  static final Resources IDLE = new Resources(1, 64, 1, 20, false);
  static final Vitals HEALTHY = new Vitals(() -> NodeHealth.HEALTHY, () -> 0, () -> IDLE);

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 2;

  private final Stack stack;
  private final String id;
  private final Producer<String, byte[]> producer;
  private final Voice voice;
  private final AtomicLong acked = new AtomicLong();
  private long said;

  BeatingNode(Stack stack, Supplier<Resources> resources) {
    this.stack = stack;
    this.id = Namespaces.fresh("node");
    this.producer =
        Node.impatient(new KafkaClients(stack.kafka(), Map.of())).producer(id + "-node");
    this.voice =
        new Voice(
            NodeIdentity.ofThisProcess(
                id,
                "bench",
                NodeType.COMPUTE,
                List.of("bench.nothing"),
                new Endpoints(null, null, null)),
            producer,
            new Vitals(() -> NodeHealth.HEALTHY, () -> 0, resources),
            InstantSource.system());
  }

  String id() {
    return id;
  }

  /// Beats, and returns as soon as the node's own thread would.
  void beat() {
    said++;
    voice.beat(this::count);
  }

  /// Beats, and tells when Kafka has it or has not.
  void beat(Runnable settled) {
    said++;
    voice.beat(
        taken -> {
          count(taken);
          settled.run();
        });
  }

  private void count(boolean taken) {
    if (taken) {
      acked.incrementAndGet();
    }
  }

  /// Every beat was taken, and the last one stands in the registry's row.
  List<Check> checks() throws SQLException, InterruptedException {
    producer.flush();
    return List.of(
        Check.equal("beats that Kafka took", said, acked.get()),
        Check.equal("the last beat in the registry's row", said, awaitSequence(said)));
  }

  private static final String SEQUENCE =
      """
      SELECT sequence FROM registry.node WHERE id = ?
      """;

  private long awaitSequence(long expected) throws SQLException, InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    long found = 0;
    try (Connection connection = stack.postgres().connect();
        PreparedStatement statement = connection.prepareStatement(SEQUENCE)) {
      statement.setString(1, id);
      while (found < expected && System.nanoTime() < end) {
        try (ResultSet row = statement.executeQuery()) {
          found = row.next() ? row.getLong(1) : 0;
        }
        Thread.sleep(LOOK_MILLIS);
      }
    }
    return found;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
