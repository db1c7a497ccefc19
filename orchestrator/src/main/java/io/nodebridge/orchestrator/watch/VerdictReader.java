package io.nodebridge.orchestrator.watch;

import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.NodeState;
import io.nodebridge.orchestrator.route.RoutingTable;
import io.nodebridge.orchestrator.route.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the registry's verdicts from their beginning into a [RoutingTable], on a thread of its
/// own. The topic keeps the last verdict on each node, so this is the whole truth after each start;
/// without the registry or the broker the table stays as it was.
public final class VerdictReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VerdictReader.class);
  private static final JsonCodec<NodeState> STATE = JsonCodec.of(NodeState.class);
  private static final TopicPartition VERDICTS =
      new TopicPartition(Topic.NODE_STATES.topicName(), 0);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Consumer<String, byte[]> consumer;
  private final RoutingTable table;
  private final Runnable changed;
  private final Thread thread;
  private volatile boolean caughtUp;
  private volatile boolean stopping;

  private VerdictReader(Consumer<String, byte[]> consumer, RoutingTable table, Runnable changed) {
    this.consumer = consumer;
    this.table = table;
    this.changed = changed;
    this.thread = Thread.ofPlatform().name("verdicts").daemon().unstarted(this::run);
  }

  /// Starts reading; the topic must exist.
  ///
  /// @param consumer outside of any group; closed by the reader
  /// @param changed run on the reader's thread after an instance came or went
  public static VerdictReader start(
      Consumer<String, byte[]> consumer, RoutingTable table, Runnable changed) {
    VerdictReader reader = new VerdictReader(consumer, table, changed);
    reader.thread.start();
    return reader;
  }

  /// Whether everything was read that the topic had at the start.
  public boolean caughtUp() {
    return caughtUp && thread.isAlive();
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

  private void run() {
    try (consumer) {
      consumer.assign(List.of(VERDICTS));
      consumer.seekToBeginning(List.of(VERDICTS));
      while (!stopping) {
        turn();
      }
    }
  }

  private void turn() {
    try {
      List<Verdict> verdicts = new ArrayList<>();
      for (ConsumerRecord<String, byte[]> polled :
          consumer.poll(caughtUp ? POLL : Duration.ofMillis(50))) {
        read(polled, verdicts);
      }
      if (table.apply(verdicts)) {
        changed.run();
      }
      if (!caughtUp) {
        caughtUp = consumer.currentLag(VERDICTS).orElse(1) == 0;
      }
    } catch (WakeupException | InterruptException e) {
      LOG.debug("woken to stop", e);
      stopping = true;
    } catch (KafkaException e) {
      LOG.atWarn().setCause(e).log("verdicts cannot be read; routing goes by the last ones");
      LockSupport.parkNanos(RETRY_NANOS);
    }
  }

  private static void read(ConsumerRecord<String, byte[]> polled, List<Verdict> verdicts) {
    try {
      verdicts.add(
          new Verdict(polled.key(), polled.value() == null ? null : STATE.decode(polled.value())));
    } catch (InvalidMessageException e) {
      LOG.atWarn()
          .addKeyValue("offset", polled.offset())
          .addKeyValue("reason", e.getMessage())
          .log("a verdict is unreadable and passed over");
    }
  }
}
