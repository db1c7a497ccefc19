package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.events.message.WorkflowState;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Writes events of made-up workflows onto the log, with repeats, poison and late ones among them,
/// and knows by itself what the database must hold in the end.
final class EventLedger implements AutoCloseable {
  private static final JsonCodec<WorkflowEvent> EVENT = JsonCodec.of(WorkflowEvent.class);

  private final Stack stack;
  private final String namespace;
  private final Random random;
  private final Producer<String, byte[]> producer;
  private final List<Future<?>> sent = new ArrayList<>();
  private long completed;
  private long failed;
  private long bytes;
  private long poison;

  /// @param namespace no other test's: they may share the stack
  EventLedger(Stack stack, String namespace, long seed) {
    this.stack = stack;
    this.namespace = namespace;
    this.random = new Random(seed);
    this.producer = new KafkaClients(stack.kafka(), Map.of()).producer("ledger-" + namespace);
  }

  /// Writes `count` workflows at about `perSecond`: of each its start and its end; a fifth of the
  /// records twice, a record in a hundred unreadable, a workflow in a hundred an hour late.
  void write(int count, int perSecond) throws Exception {
    List<ProducerRecord<String, byte[]>> recent = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      UUID id = UUID.randomUUID();
      Instant at = i % 100 == 50 ? Instant.now().minusSeconds(3_600) : Instant.now();
      boolean good = random.nextInt(10) > 0;
      long size = random.nextLong(100_000);
      append(recent, event(id, 1, at, WorkflowState.PROCESSING, size));
      WorkflowState end = good ? WorkflowState.COMPLETED : WorkflowState.FAILED;
      append(recent, event(id, 2, at, end, size));
      ended(good, size);
      if (i % 100 == 99) {
        poison++;
        sent.add(producer.send(poisonOf(id)));
      }
      if (random.nextInt(5) == 0) {
        sent.add(producer.send(again(recent.get(random.nextInt(recent.size())))));
      }
      long due = begin + i * (TimeUnit.SECONDS.toNanos(1) / perSecond);
      LockSupport.parkNanos(due - System.nanoTime());
    }
    for (Future<?> ack : sent) {
      ack.get();
    }
  }

  /// Writes a workflow whose start and whose step come again before it ends, each in a batch of its
  /// own.
  void writeRepeatsWhileItRuns() throws Exception {
    UUID id = UUID.randomUUID();
    Instant at = Instant.now();
    for (int sequence : new int[] {1, 2, 1, 2, 3}) {
      WorkflowState to =
          switch (sequence) {
            case 1 -> WorkflowState.PROCESSING;
            case 2 -> null;
            default -> WorkflowState.COMPLETED;
          };
      long before = number(PASSED);
      producer.send(event(id, sequence, at, to, 1)).get();
      await().untilAsserted(() -> assertThat(number(PASSED)).isGreaterThan(before));
    }
    ended(true, 1);
  }

  private void ended(boolean good, long size) {
    completed += good ? 1 : 0;
    failed += good ? 0 : 1;
    bytes += size;
  }

  private void append(
      List<ProducerRecord<String, byte[]>> recent, ProducerRecord<String, byte[]> produced) {
    sent.add(producer.send(produced));
    recent.add(again(produced));
    if (recent.size() > 500) {
      recent.removeFirst();
    }
  }

  // To no other state: the end of a step.
  private ProducerRecord<String, byte[]> event(
      UUID id, int sequence, Instant at, @Nullable WorkflowState to, long size) {
    boolean completes = to == WorkflowState.COMPLETED;
    WorkflowState from = sequence == 1 ? WorkflowState.PENDING : WorkflowState.PROCESSING;
    StepRun step = new StepRun("hash", 1, StepOutcome.COMPLETED, at, 1, null, Map.of());
    WorkflowEvent event =
        new WorkflowEvent(
            id,
            sequence,
            namespace,
            "stamping",
            1,
            null,
            to == null ? List.of() : List.of(new Transition(from, to, at)),
            to == null ? List.of(step) : List.of(),
            completes ? new Stamp(id, "0".repeat(64), Stamp.METADATA_VERSION) : null,
            size,
            "text/plain",
            1_000 + size,
            "body",
            null);
    MessageType type =
        switch (to) {
          case null -> MessageType.WORKFLOW_PROGRESSED;
          case PENDING, PROCESSING -> MessageType.WORKFLOW_STARTED;
          case COMPLETED -> MessageType.WORKFLOW_COMPLETED;
          case FAILED -> MessageType.WORKFLOW_FAILED;
        };
    ProducerRecord<String, byte[]> produced =
        new ProducerRecord<>(
            Topic.EVENTS.topicName(),
            Topic.EVENTS.partitionOf(id.toString()),
            id.toString(),
            EVENT.encode(event));
    new Envelope(
            type,
            WorkflowIds.ofEvent(id, sequence),
            "/nodebridge/test/ledger",
            at,
            id.toString(),
            null,
            null)
        .writeTo(produced.headers());
    // No orchestrator's marker is higher, so none makes it void.
    new Claim(Integer.MAX_VALUE, 0).writeTo(produced.headers());
    return produced;
  }

  private ProducerRecord<String, byte[]> poisonOf(UUID id) {
    return new ProducerRecord<>(
        Topic.EVENTS.topicName(),
        Topic.EVENTS.partitionOf(id.toString()),
        id.toString(),
        ("{\"poison-" + namespace).getBytes(StandardCharsets.UTF_8));
  }

  // A record's headers become read-only once it is sent.
  private static ProducerRecord<String, byte[]> again(ProducerRecord<String, byte[]> produced) {
    return new ProducerRecord<>(
        produced.topic(),
        produced.partition(),
        produced.key(),
        produced.value(),
        produced.headers());
  }

  /// Waits until all is folded, then holds rows, sums, windows and dead letters against the ledger.
  void assertCountedOnce() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(rows()).isEqualTo(completed + failed));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(number(DEAD)).isEqualTo(poison));
    assertThat(strings(SUMS)).as("sums").isEqualTo(completed + " " + failed + " " + bytes);
    assertThat(strings(WINDOWS_AND_LATE))
        .as("windows and late events together")
        .isEqualTo(completed + " " + failed + " " + bytes);
    assertThat(strings(RECOMPUTED)).as("each window equals its rows").isEqualTo("0");
    assertThat(strings(APPENDED_TWICE)).as("rows with a step or move twice").isEqualTo("0");
    assertThat(strings(UNCOUNTED)).as("records passed and not counted, or twice").isEqualTo("0");
  }

  private static final String ROWS =
      """
      SELECT count(*) FROM reducer.workflow WHERE namespace = ? AND state IN ('COMPLETED', 'FAILED')
      """;

  private static final String DEAD =
      """
      SELECT count(*) FROM reducer.dead_letter
      WHERE value = convert_to('{"poison-' || ?, 'UTF8')
      """;

  private static final String SUMS =
      """
      SELECT completed || ' ' || failed || ' ' || bytes FROM reducer.namespace WHERE namespace = ?
      """;

  private static final String WINDOWS_AND_LATE =
      """
      SELECT sum(completed) || ' ' || sum(failed) || ' ' || sum(bytes)
      FROM (
        SELECT namespace, completed, failed, bytes FROM reducer.window_aggregate
        UNION ALL
        SELECT l.namespace, (w.state = 'COMPLETED')::int, (w.state = 'FAILED')::int, w.size_bytes
        FROM reducer.late_event l JOIN reducer.workflow w ON w.id = l.workflow_id
      ) counted
      WHERE namespace = ?
      """;

  // An independent model: each window again from the raw rows that are not listed as late.
  private static final String RECOMPUTED =
      """
      SELECT count(*)
      FROM (
        SELECT namespace, window_start, part, completed, failed, bytes, stamps,
          processing_micros_sum, processing_micros_min, processing_micros_max
        FROM reducer.window_aggregate
        WHERE namespace = ?
      ) folded
      FULL JOIN (
        SELECT namespace, date_bin('5 s', last_event_at, 'epoch') AS window_start, part,
          count(*) FILTER (WHERE state = 'COMPLETED') AS completed,
          count(*) FILTER (WHERE state = 'FAILED') AS failed,
          sum(size_bytes)::bigint AS bytes,
          count(stamp_id) AS stamps,
          sum(processing_micros)::bigint AS micros_sum,
          min(processing_micros) AS micros_min,
          max(processing_micros) AS micros_max
        FROM reducer.workflow w
        WHERE namespace = ?
          AND NOT EXISTS (SELECT FROM reducer.late_event l WHERE l.workflow_id = w.id)
        GROUP BY 1, 2, 3
      ) raw
      USING (namespace, window_start, part, completed, failed, bytes, stamps)
      WHERE folded.processing_micros_sum IS DISTINCT FROM raw.micros_sum
        OR folded.processing_micros_min IS DISTINCT FROM raw.micros_min
        OR folded.processing_micros_max IS DISTINCT FROM raw.micros_max
      """;

  private static final String APPENDED_TWICE =
      """
      SELECT count(*) FROM reducer.workflow
      WHERE namespace = ? AND (json_array_length(transitions) <> 2 OR json_array_length(steps) > 1)
      """;

  private static final String PASSED =
      """
      SELECT coalesce(sum(next_offset), 0) FROM reducer.position
      """;

  // Every log of a test begins at 0.
  private static final String UNCOUNTED =
      """
      SELECT sum(next_offset) - sum(folded + duplicate + superseded + markers + dead)
      FROM reducer.position
      """;

  private long rows() throws SQLException {
    return number(ROWS);
  }

  private long number(String query) throws SQLException {
    return Long.parseLong(strings(query));
  }

  private String strings(String query) {
    try (Connection connection = stack.postgres().connect();
        PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 1; i <= statement.getParameterMetaData().getParameterCount(); i++) {
        statement.setString(i, namespace);
      }
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : "no row";
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
