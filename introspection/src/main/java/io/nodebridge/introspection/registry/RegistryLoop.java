package io.nodebridge.introspection.registry;

import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.NodeState;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Polls beats and announcements, folds them, writes the changed rows, publishes the changed
/// verdicts: on one platform thread, one batch a poll.
///
/// **From where it reads.** Always from the end, and every partition of both topics. A beat's worth
/// is that it was received now, so that beats from before the start would make the dead look alive.
/// What was missed is learnt anew: rows come from Postgres with their silence beginning at the
/// start, and every node is asked to introduce itself. A share of a group's partitions would not do
/// either: whoever loses a partition would hear its nodes fall silent. The group's offsets are
/// committed only so that lag shows.
///
/// **Why a crash between any two lines is safe.** Rows and verdicts are both derived from beats
/// which keep coming. After a start all verdicts are published once more, so that one which was
/// written but not published is made up for.
///
/// **Without Postgres** verdicts go on being published; what is to be written waits, one row a
/// node.
final class RegistryLoop implements AutoCloseable {
  static final String GROUP = "nodebridge-registry";

  private static final Logger LOG = LoggerFactory.getLogger(RegistryLoop.class);
  private static final List<Topic> HEARD = List.of(Topic.HEARTBEATS, Topic.INTROSPECTIONS);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long SHOW_LAG_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long WRITE_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long BEATS_BEHIND = 2;
  private static final long MIN_BEHIND = 20;
  private static final int MAX_WAITING_DEAD_LETTERS = 1_000;

  private final Consumer<String, byte[]> consumer;
  private final Announcer announcer;
  private final RegistryStore store;
  private final RegistryMeters meters;
  private final InstantSource clock;
  private final Thread thread;

  // Owned by the loop's thread.
  private final Map<String, NodeRow> unwritten = new LinkedHashMap<>();
  private final List<DeadLetter> unparked = new ArrayList<>();
  private long writeAgainNanos = System.nanoTime();
  private long askAgainNanos = System.nanoTime() + ASK_AGAIN_NANOS;
  private long showLagNanos = System.nanoTime();

  private volatile NodeTable table;
  private volatile boolean positioned;
  private volatile boolean stopping;

  RegistryLoop(
      Consumer<String, byte[]> consumer,
      Announcer announcer,
      RegistryStore store,
      RegistryMeters meters,
      NodeTable resumed,
      InstantSource clock) {
    this.consumer = consumer;
    this.announcer = announcer;
    this.store = store;
    this.meters = meters;
    this.table = resumed;
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("registry").unstarted(this::loop);
  }

  /// A clock that never jumps: the wall's at its creation, moved on by the monotonic one. Nobody
  /// must die because the host's time was set.
  static InstantSource steadyClock() {
    Instant start = Instant.now();
    long startNanos = System.nanoTime();
    return () -> start.plusNanos(System.nanoTime() - startNanos);
  }

  void start() {
    thread.start();
  }

  /// Whether beats are heard.
  boolean ready() {
    return positioned && thread.isAlive();
  }

  /// The table as of the last poll.
  NodeTable table() {
    return table;
  }

  @Override
  public void close() {
    stopping = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    try (consumer) {
      listen();
      table.rows().values().forEach(row -> announcer.publish(row.verdict()));
      announcer.ask("startup");
      while (!stopping) {
        hear(poll());
        publishOwed();
        askTheUndescribed();
        write();
        showLag();
      }
    } catch (WakeupException | InterruptException e) {
      LOG.debug("woken to stop", e);
    } catch (RuntimeException e) {
      LOG.error("the registry's loop ended; readiness is off", e);
    }
  }

  // Positions are fixed before any node is asked, so that no answer is missed.
  private void listen() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic topic : HEARD) {
      for (int number = 0; number < topic.partitions(); number++) {
        partitions.add(new TopicPartition(topic.topicName(), number));
      }
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    positioned = true;
    LOG.atInfo()
        .addKeyValue("partitions", partitions.size())
        .addKeyValue("nodes", table.rows().size())
        .log("listening for beats");
  }

  // A broker that is away only makes a poll empty; the silence it causes is judged all the same.
  private ConsumerRecords<String, byte[]> poll() {
    try {
      return consumer.poll(POLL);
    } catch (WakeupException e) {
      LOG.debug("woken to stop", e);
    }
    return ConsumerRecords.empty();
  }

  private void hear(ConsumerRecords<String, byte[]> polled) {
    List<NodeMessage> messages = new ArrayList<>(polled.count());
    int dead = 0;
    for (ConsumerRecord<String, byte[]> message : polled) {
      try {
        messages.add(MessageReader.read(message));
      } catch (InvalidMessageException e) {
        park(message, e);
        dead++;
      }
    }
    NodeTable.Step step = table.fold(messages, clock.instant(), deaf());
    table = step.table();
    step.changed().forEach(row -> unwritten.put(row.nodeId(), row));
    for (NodeState verdict : step.verdicts()) {
      announcer.publish(verdict);
      LOG.atInfo()
          .addKeyValue("node", verdict.nodeId())
          .addKeyValue("status", verdict.status())
          .addKeyValue("incarnation", verdict.incarnation())
          .log("verdict");
    }
    meters.folded(messages.size(), dead, table);
  }

  // Behind by more than two beats of each node, or without a broker: silence tells nothing.
  private boolean deaf() {
    long behind = 0;
    for (TopicPartition partition : consumer.assignment()) {
      behind += consumer.currentLag(partition).orElse(0);
    }
    return behind > Math.max(MIN_BEHIND, BEATS_BEHIND * table.rows().size()) || !connected();
  }

  private boolean connected() {
    for (Metric metric : consumer.metrics().values()) {
      MetricName name = metric.metricName();
      if (name.name().equals("connection-count") && name.group().equals("consumer-metrics")) {
        return ((Number) metric.metricValue()).doubleValue() > 0;
      }
    }
    return true;
  }

  private void park(ConsumerRecord<String, byte[]> message, InvalidMessageException reason) {
    LOG.atWarn()
        .addKeyValue("topic", message.topic())
        .addKeyValue("partition", message.partition())
        .addKeyValue("offset", message.offset())
        .addKeyValue("reason", reason.rule())
        .log("a message is unreadable and parked");
    if (unparked.size() == MAX_WAITING_DEAD_LETTERS) {
      unparked.removeFirst();
      LOG.error("Postgres is away and too many dead letters wait; the oldest is dropped");
    }
    Topic topic =
        message.topic().equals(Topic.HEARTBEATS.topicName())
            ? Topic.HEARTBEATS
            : Topic.INTROSPECTIONS;
    unparked.add(
        new DeadLetter(
            topic,
            message.partition(),
            message.offset(),
            reason.field() + ": " + reason.rule() + " (found: " + reason.value() + ")",
            message.key(),
            message.value()));
  }

  private void publishOwed() {
    for (String id : announcer.takeOwed()) {
      NodeRow row = table.rows().get(id);
      if (row != null) {
        announcer.publish(row.verdict());
      }
    }
  }

  private void askTheUndescribed() {
    if (System.nanoTime() - askAgainNanos >= 0) {
      askAgainNanos = System.nanoTime() + ASK_AGAIN_NANOS;
      if (!table.undescribed().isEmpty()) {
        announcer.ask("refresh");
      }
    }
  }

  private void write() {
    if ((unwritten.isEmpty() && unparked.isEmpty()) || System.nanoTime() - writeAgainNanos < 0) {
      return;
    }
    try {
      store.write(unwritten.values(), unparked);
      unwritten.clear();
      unparked.clear();
    } catch (SQLException e) {
      meters.writeFailed();
      writeAgainNanos = System.nanoTime() + WRITE_AGAIN_NANOS;
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("rows", unwritten.size())
          .log("rows could not be written; they wait");
    }
  }

  private void showLag() {
    if (System.nanoTime() - showLagNanos >= 0) {
      showLagNanos = System.nanoTime() + SHOW_LAG_NANOS;
      consumer.commitAsync((offsets, e) -> {});
    }
  }
}
