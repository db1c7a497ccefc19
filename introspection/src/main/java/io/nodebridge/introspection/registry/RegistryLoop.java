package io.nodebridge.introspection.registry;

import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.NodeRequest;
import io.nodebridge.events.message.NodeState;
import io.nodebridge.events.message.NodeType;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Polls beats and announcements, folds them, writes the changed rows, publishes the changed
/// verdicts: on one platform thread, one batch a poll.
///
/// **Who does it.** The leader, all of it ([Leadership]): whoever had only a share of the beats
/// would hear the nodes of the others fall silent. The rest wait. A leader that was away itself
/// asks Postgres whether another claimed before it says anything.
///
/// **From where it reads.** Always from the end, and every partition of both topics. A beat's worth
/// is that it was received now, so that beats from before the start would make the dead look alive.
/// What was missed is learnt anew: rows come from Postgres with their silence beginning at the
/// take-over, and every node is asked to introduce itself.
///
/// **Why a crash between any two lines is safe.** Rows and verdicts are both derived from beats
/// which keep coming. After a start all verdicts are published once more, so that one which was
/// written but not published is made up for.
///
/// **Without Postgres** verdicts go on being published; what is to be written waits ([Backlog]).
/// What Postgres will never take is set aside. **Without Kafka** a take-over is tried again.
final class RegistryLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryLoop.class);
  private static final List<Topic> HEARD = List.of(Topic.HEARTBEATS, Topic.INTROSPECTIONS);
  private static final Duration POLL = Duration.ofMillis(100);
  // What arrives within it is one batch: tables are copied and rows written once for all of it.
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int MAX_BATCH = 5_000;
  private static final long CLAIM_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long WRITE_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long BEATS_BEHIND = 2;
  private static final long MIN_BEHIND = 20;

  private final Leadership leadership;
  private final Consumer<String, byte[]> ears;
  private final Announcer announcer;
  private final Store store;
  private final RegistryMeters meters;
  private final RegistryConfig config;
  private final InstantSource clock;
  private final Inquiries inquiries;
  private final Thread thread;

  // Owned by the loop's thread.
  private final Backlog backlog = new Backlog();
  private long term;
  private long generation;
  private long claimAgainNanos = System.nanoTime();
  private long lastTurnNanos;
  private long nextFoldNanos = System.nanoTime();
  private long writeAgainNanos = System.nanoTime();
  private long askAgainNanos = System.nanoTime() + ASK_AGAIN_NANOS;

  private volatile NodeTable table;
  private volatile boolean leads;
  private boolean ledBefore;
  private volatile boolean stopping;

  /// Where the table is kept: in Postgres, and in memory by tests.
  interface Store {
    /// Becomes the one whose writes count.
    ///
    /// @return the generation of the claim
    long claim(String registryId) throws SQLException;

    /// Whether nobody claimed since.
    boolean holds(long generation) throws SQLException;

    /// Every row as the last registry left it.
    List<NodeRow> load() throws SQLException;

    /// Writes all of the changes or none.
    ///
    /// @throws UnstorableException if a value can never be stored
    /// @throws FencedException if another registry claimed since
    void write(long generation, RegistryStore.Changes changes) throws SQLException, FencedException;
  }

  RegistryLoop(
      Leadership leadership,
      Consumer<String, byte[]> ears,
      Announcer announcer,
      Store store,
      RegistryMeters meters,
      RegistryConfig config,
      InstantSource clock) {
    this.leadership = leadership;
    this.ears = ears;
    this.announcer = announcer;
    this.store = store;
    this.meters = meters;
    this.config = config;
    this.table = NodeTable.resumed(List.of(), config.deadlines());
    this.clock = clock;
    this.inquiries = new Inquiries(clock);
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

  /// Whether this registry leads, or another does and this one would follow it.
  boolean ready() {
    return thread.isAlive() && leadership.settled();
  }

  /// Whether beats are heard here.
  boolean leads() {
    return leads;
  }

  /// The table as of the last poll.
  NodeTable table() {
    return table;
  }

  /// Rows as another registry wrote them.
  NodeTable resumed(List<NodeRow> rows) {
    return NodeTable.resumed(rows, config.deadlines());
  }

  /// Asks nodes to introduce themselves, by a person's wish.
  ///
  /// @return the id that their answers carry
  String ask(List<NodeType> types, long timeoutMillis) {
    NodeRequest request = announcer.ask("manual", types, timeoutMillis);
    inquiries.asked(request);
    return request.correlationId();
  }

  Inquiries.@Nullable View inquiry(String correlationId) {
    return inquiries.view(correlationId, table);
  }

  @Override
  public void close() {
    stopping = true;
    leadership.wakeup();
    ears.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    try (leadership;
        ears) {
      while (!stopping) {
        follow(leadership.turn(leads ? Duration.ZERO : POLL));
        if (leads) {
          turn();
        }
      }
    } catch (WakeupException | InterruptException e) {
      LOG.debug("woken to stop", e);
    } finally {
      leads = false;
    }
  }

  private void turn() {
    List<ConsumerRecord<String, byte[]>> heard = poll();
    if (!stillLeads()) {
      resign("another registry claimed while this one was away");
      return;
    }
    hear(heard);
    publishOwed();
    askTheUndescribed();
    write();
  }

  private void follow(long held) {
    if (held != term) {
      stepDown();
      term = held;
    }
    if (term != 0 && !leads && System.nanoTime() - claimAgainNanos >= 0) {
      takeOver();
    }
  }

  private void takeOver() {
    try {
      generation = store.claim(config.registryId());
      listen();
      table = resumed(store.load()).fold(List.of(), clock.instant(), true).table();
    } catch (SQLException | RetriableException e) {
      claimAgainNanos = System.nanoTime() + CLAIM_AGAIN_NANOS;
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("the lead could not be claimed yet");
      return;
    }
    lastTurnNanos = System.nanoTime();
    leads = true;
    meters.leading(true);
    LOG.atInfo()
        .addKeyValue("generation", generation)
        .addKeyValue("nodes", table.rows().size())
        .log("leads");
    table.rows().values().forEach(row -> announcer.publish(row.verdict()));
    inquiries.asked(announcer.ask(ledBefore ? "recovery" : "startup"));
    ledBefore = true;
  }

  private void stepDown() {
    if (leads) {
      LOG.atInfo().addKeyValue("generation", generation).log("leads no more");
    }
    leads = false;
    meters.leading(false);
    ears.unsubscribe();
    backlog.clear();
    claimAgainNanos = System.nanoTime();
  }

  private void resign(String why) {
    LOG.atWarn().addKeyValue("generation", generation).addKeyValue("reason", why).log("resigns");
    stepDown();
    leadership.resign();
    term = 0;
  }

  // Kafka gives the lead to another only after the session's time-out, which no turn reaches that
  // was on time.
  private boolean stillLeads() {
    long now = System.nanoTime();
    boolean away = now - lastTurnNanos > Observer.GAP.toNanos();
    lastTurnNanos = now;
    if (!away) {
      return true;
    }
    try {
      return store.holds(generation);
    } catch (SQLException e) {
      return false;
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
    ears.assign(partitions);
    ears.seekToEnd(partitions);
    partitions.forEach(ears::position);
  }

  private List<ConsumerRecord<String, byte[]>> poll() {
    List<ConsumerRecord<String, byte[]>> heard = new ArrayList<>();
    ears.poll(POLL).forEach(heard::add);
    long left = nextFoldNanos - System.nanoTime();
    while (!heard.isEmpty() && left > 0 && heard.size() < MAX_BATCH) {
      ears.poll(Duration.ofNanos(left)).forEach(heard::add);
      left = nextFoldNanos - System.nanoTime();
    }
    nextFoldNanos = System.nanoTime() + GATHER_NANOS;
    return heard;
  }

  private void hear(List<ConsumerRecord<String, byte[]>> polled) {
    List<NodeMessage> messages = new ArrayList<>(polled.size());
    int dead = 0;
    for (ConsumerRecord<String, byte[]> message : polled) {
      try {
        NodeMessage read = MessageReader.read(message);
        messages.add(read);
        backlog.heard(message);
        if (read instanceof NodeMessage.Announcement(Introspection said)) {
          inquiries.heard(said);
        }
      } catch (InvalidMessageException e) {
        backlog.park(message, e);
        dead++;
      }
    }
    NodeTable.Step step = table.fold(messages, clock.instant(), deaf());
    table = step.table();
    backlog.add(step);
    step.forgotten().forEach(announcer::forget);
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
    for (TopicPartition partition : ears.assignment()) {
      behind += ears.currentLag(partition).orElse(0);
    }
    meters.behind(behind);
    return behind > Math.max(MIN_BEHIND, BEATS_BEHIND * table.rows().size()) || !connected();
  }

  private boolean connected() {
    for (Metric metric : ears.metrics().values()) {
      MetricName name = metric.metricName();
      if (name.name().equals("connection-count") && name.group().equals("consumer-metrics")) {
        return ((Number) metric.metricValue()).doubleValue() > 0;
      }
    }
    return true;
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
        inquiries.asked(announcer.ask("refresh"));
      }
    }
  }

  private void write() {
    if (backlog.isEmpty() || System.nanoTime() - writeAgainNanos < 0) {
      return;
    }
    try {
      backlog.write(store, generation);
    } catch (FencedException e) {
      resign("another registry claimed");
    } catch (SQLException e) {
      meters.writeFailed();
      writeAgainNanos = System.nanoTime() + WRITE_AGAIN_NANOS;
      LOG.atWarn()
          .addKeyValue("rows", backlog.rows())
          .addKeyValue("reason", e.getMessage())
          .log("not everything could be written; the rest waits");
    }
  }
}
