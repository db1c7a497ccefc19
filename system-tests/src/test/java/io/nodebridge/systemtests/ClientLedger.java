package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.PostgresAddress;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.WorkflowEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// A client that posts workflows under keys of its own and repeats each until it is accepted, and
/// knows by itself what has to come of them.
final class ClientLedger implements AutoCloseable {
  private static final JsonCodec<WorkflowEvent> EVENT = JsonCodec.of(WorkflowEvent.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long AGAIN_MILLIS = 100;

  private static final String ROWS = "SELECT count(*) FROM reducer.workflow WHERE namespace = ?";
  private static final String STAMPS =
      """
      SELECT id, coalesce(hash, error::text, state)
      FROM reducer.workflow
      WHERE namespace = ?
      """;
  private static final String ENDED = STAMPS + " AND state IN ('COMPLETED', 'FAILED')";
  private static final String RUNNING =
      """
      SELECT id, state || ' since ' || last_event_at || ' with steps ' || steps
      FROM reducer.workflow
      WHERE namespace = ? AND state NOT IN ('COMPLETED', 'FAILED')
      """;

  private final String kafka;
  private final PostgresAddress postgres;
  private final String namespace;
  private final Supplier<URI> orchestrator;
  private final Map<UUID, String> hashes = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// @param namespace no other test's: they may share the stack
  /// @param orchestrator where the next request goes; it must know the definitions `steady` and
  ///   `steady-fan-out`
  ClientLedger(Stack stack, String namespace, Supplier<URI> orchestrator) {
    this(stack.kafka(), stack.postgres(), namespace, orchestrator);
  }

  /// The same of a stack that others started.
  ClientLedger(
      String kafka, PostgresAddress postgres, String namespace, Supplier<URI> orchestrator) {
    this.kafka = kafka;
    this.postgres = postgres;
    this.namespace = namespace;
    this.orchestrator = orchestrator;
  }

  /// Posts at a pace; every tenth request comes twice, every third is a fan-out.
  void post(int count, int perSecond) throws InterruptedException {
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      int number = i;
      threads.execute(() -> postUntilAccepted(number));
      if (i % 10 == 0) {
        threads.execute(() -> postUntilAccepted(number));
      }
      long due = begin + (i + 1) * (TimeUnit.SECONDS.toNanos(1) / perSecond);
      LockSupport.parkNanos(due - System.nanoTime());
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("every request is accepted at last")
        .isTrue();
    assertThat(hashes).hasSize(count);
  }

  /// How many have been accepted.
  int accepted() {
    return hashes.size();
  }

  private void postUntilAccepted(int number) {
    String key = "request-" + number;
    String text = namespace + "/" + number;
    String body =
        """
        {"definition":"%s","namespace":"%s","content":{"text":"%s"},"intelligence":%s}
        """
            .formatted(
                number % 3 == 0 ? "steady-fan-out" : "steady", namespace, text, number % 2 == 0);
    try {
      while (status(key, body) != 202) {
        Thread.sleep(AGAIN_MILLIS);
      }
      hashes.put(
          WorkflowIds.ofKey(namespace, key), ContentHash.of(text.getBytes(StandardCharsets.UTF_8)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int status(String key, String body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(orchestrator.get().resolve("/v1/workflows"))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return -1;
    }
  }

  /// None is lost, none doubled, none wrong: in the rows, in the sums, and step by step on the log.
  void assertEachEndedOnce() throws Exception {
    // A breaker that a slow moment has opened keeps workflows back for a minute.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(hashes.keySet())
                    .as("all of them have ended, but these run: %s", texts(RUNNING))
                    .isSubsetOf(texts(ENDED).keySet()));
    assertThat(number(ROWS)).isEqualTo(hashes.size());
    assertThat(texts(STAMPS)).isEqualTo(hashes);
    assertThat(
            number("SELECT coalesce(sum(completed), 0) FROM reducer.namespace WHERE namespace = ?"))
        .isEqualTo(hashes.size());
    assertStepsEndedOnce();
  }

  /// Where a workflow has ended.
  private record End(Claim claim, @Nullable Long request) {
    // The client repeats what a paused owner did not answer. Whoever takes over has not read of all
    // that ended long before, and runs such a repeat again; every reader keeps the first end.
    boolean repeatedBehind(Claim other, @Nullable Long repeat) {
      return !claim.equals(other) && !Objects.equals(request, repeat);
    }
  }

  /// By the wire's rules: behind a claim's marker what is lower is void, and so is a repeat.
  private void assertStepsEndedOnce() {
    Map<UUID, Integer> sequences = new HashMap<>();
    Map<UUID, Set<String>> steps = new HashMap<>();
    Map<UUID, End> ends = new HashMap<>();
    List<String> faults = new ArrayList<>();
    for (List<ConsumerRecord<String, byte[]>> partition : eventLog().values()) {
      Claim highest = new Claim(0, 0);
      for (ConsumerRecord<String, byte[]> polled : partition) {
        Claim claim = Claim.readFrom(polled.headers());
        MessageType type = Envelope.typeOf(polled.headers());
        if (claim == null || claim.compareTo(highest) < 0) {
          continue;
        }
        if (type == MessageType.PARTITION_CLAIMED) {
          highest = claim;
          continue;
        }
        WorkflowEvent event;
        try {
          event = EVENT.decode(polled.value());
        } catch (InvalidMessageException e) {
          continue;
        }
        UUID id = event.workflowId();
        int last = sequences.getOrDefault(id, 0);
        if (!hashes.containsKey(id) || event.sequence() <= last) {
          continue;
        }
        Long request = Envelope.readFrom(polled.headers()).requestOffset();
        if (ends.containsKey(id) && ends.get(id).repeatedBehind(claim, request)) {
          continue;
        }
        if (event.sequence() > last + 1) {
          faults.add("a gap before " + event);
        }
        sequences.put(id, event.sequence());
        if (event.state().terminal()) {
          ends.put(id, new End(claim, request));
        }
        for (StepRun run : event.steps()) {
          if (run.outcome() != StepOutcome.FAILED
              && !steps.computeIfAbsent(id, _ -> new HashSet<>()).add(run.name())) {
            faults.add(run.name() + " ended twice in " + id);
          }
        }
      }
    }
    assertThat(faults).isEmpty();
    assertThat(steps.keySet()).isEqualTo(hashes.keySet());
  }

  private Map<Integer, List<ConsumerRecord<String, byte[]>>> eventLog() {
    Map<Integer, List<ConsumerRecord<String, byte[]>>> log = new HashMap<>();
    List<TopicPartition> partitions =
        IntStream.range(0, Topic.EVENTS.partitions())
            .mapToObj(number -> new TopicPartition(Topic.EVENTS.topicName(), number))
            .toList();
    try (Consumer<String, byte[]> reader =
        new KafkaClients(kafka, Map.of()).reader("ledger", "earliest")) {
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<String, byte[]> polled : reader.poll(Duration.ofMillis(200))) {
          log.computeIfAbsent(polled.partition(), _ -> new ArrayList<>()).add(polled);
        }
      }
    }
    return log;
  }

  private Map<UUID, String> texts(String query) throws Exception {
    Map<UUID, String> texts = new HashMap<>();
    try (Connection connection = postgres.connect();
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, namespace);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          texts.put(row.getObject(1, UUID.class), row.getString(2));
        }
      }
    }
    return texts;
  }

  private long number(String query) throws Exception {
    try (Connection connection = postgres.connect();
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, namespace);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    http.shutdownNow();
  }
}
