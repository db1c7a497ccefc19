package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.WorkflowState;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What can never be counted halts its partition and nothing else, is seen, and ends by what
/// `docs/operations.md` says.
class HaltedPartitionIT {
  private static final int COUNT = 300;
  private static final int PER_SECOND = 2_000;
  private static final TopicPartition PARTITION = new TopicPartition(Topic.EVENTS.topicName(), 3);
  private static final TopicPartition REQUESTS = new TopicPartition(Topic.REQUESTS.topicName(), 3);
  private static final String LOCAL =
      "{\"definition\":\"local\",\"namespace\":\"intake\",\"content\":{\"text\":\"x\"}}";

  private BreakableStack stack;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    use(TestStacks.shared());
  }

  private void use(BreakableStack other) {
    stop();
    stack = other;
    admin = new KafkaClients(stack.kafka(), Map.of()).admin("operator");
  }

  @AfterEach
  void stop() {
    if (admin != null) {
      admin.close();
    }
  }

  @Test
  void recordsDeletedBeforeTheyWereFoldedHaltTheirPartitionUntilTheGapIsAccepted()
      throws Exception {
    fold("before");
    stack.kill("reducer");
    Position position = position(PARTITION.partition());
    try (EventLedger lost = new EventLedger(stack, "lost", 12)) {
      lost.write(COUNT, PER_SECOND);
    }
    long logStart = position.next() + 7;
    admin.deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(logStart))).all().get();

    URI reducer = stack.replica("reducer", "reducer-5", Map.of());
    awaitHalted(reducer, 1);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(behindTheLog()).isEqualTo(1));
    assertThat(position(PARTITION.partition())).isEqualTo(position);

    Map<String, Object> variables =
        Map.of(
            "topic_id", position.topicId(), "part", PARTITION.partition(), "log_start", logStart);
    assertThat(Runbook.read().run(stack.postgres(), "Accept a gap", variables)).isEqualTo(1);
    assertThat(Runbook.read().run(stack.postgres(), "Accept a gap", variables)).isZero();

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(get(reducer, "/health/ready")).isEqualTo("ready\n"));
    assertThat(get(reducer, "/metrics")).contains("nodebridge_reducer_halted_partitions 0.0");
    assertThat(get(reducer, "/v1/dead-letters"))
        .contains("gap accepted: %d to %d were".formatted(position.next(), logStart - 1));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(behindTheLog()).isZero());
    fold("after");
    assertThat(stack.stop("reducer-5")).isZero();
  }

  @Test
  void aTopicThatWasMadeAgainHaltsAllItsPartitionsUntilItIsAccepted() throws Exception {
    // Nobody else could go on with such a log.
    try (BreakableStack own = TestStacks.own(Map.of())) {
      use(own);
      makeTheTopicAgain();
    }
  }

  private void makeTheTopicAgain() throws Exception {
    fold("old");
    String topic = Topic.EVENTS.topicName();
    UUID former = position(0).topicId();
    admin.deleteTopics(List.of(topic)).all().get();
    await().ignoreExceptions().until(() -> !admin.listTopics().names().get().contains(topic));
    NewTopic again = new NewTopic(topic, Topic.EVENTS.partitions(), (short) 1);
    await()
        .ignoreExceptions()
        .until(
            () -> {
              admin.createTopics(List.of(again.configs(Topic.EVENTS.settings()))).all().get();
              return true;
            });
    awaitHalted(stack.reducer(), Topic.EVENTS.partitions());

    // A restart alone takes nothing for granted.
    stack.kill("reducer");
    awaitHalted(stack.replica("reducer", "reducer-6", Map.of()), Topic.EVENTS.partitions());
    stack.kill("reducer-6");

    Uuid current = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).topicId();
    assertThat(
            Runbook.read()
                .run(
                    stack.postgres(),
                    "Take the new topic",
                    Map.of("former", former, "current", current)))
        .isEqualTo(Topic.EVENTS.partitions());
    stack.restart("reducer");
    fold("new");
  }

  @Test
  void requestsDeletedBeforeTheyWereRunHaltTheirPartitionUntilTheGapIsAccepted() throws Exception {
    IntakeClient client = new IntakeClient(stack);
    int halted = REQUESTS.partition();
    run(client, stack.orchestrator(), "before", halted);
    stack.kill("orchestrator");
    for (int i = 0; i < 7; i++) {
      client.sendToTheLog(halted, idOf(IntakeClient.keyIn(halted, "lost-" + i)), LOCAL, null);
    }
    long end = endOf(REQUESTS);
    admin.deleteRecords(Map.of(REQUESTS, RecordsToDelete.beforeOffset(end))).all().get();

    URI replica = stack.replica("orchestrator", "orchestrator-5", Map.of());
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(get(replica, "/health/ready"))
                    .matches(
                        "ready\npartition %d is halted: request \\d+ comes next, and the log holds %d to %d\n"
                            .formatted(halted, end, end)));
    assertThat(get(replica, "/metrics")).contains("nodebridge_workflow_halted_partitions 1.0");
    for (int partition = 0; partition < Topic.REQUESTS.partitions(); partition++) {
      if (partition != halted) {
        run(client, replica, "meanwhile", partition);
      }
    }
    String waits = IntakeClient.keyIn(halted, "waits");
    assertThat(client.post(replica, waits, LOCAL, 0).statusCode()).isEqualTo(202);

    assertThat(stack.stop("orchestrator-5")).isZero();
    // As the document's command does, which refuses as long as the group has members.
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              admin
                  .alterConsumerGroupOffsets(
                      "nodebridge-orchestrator", Map.of(REQUESTS, new OffsetAndMetadata(end)))
                  .all()
                  .get();
              return true;
            });
    stack.restart("orchestrator");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(get(stack.orchestrator(), "/health/ready")).isEqualTo("ready\n"));
    assertThat(get(stack.orchestrator(), "/metrics"))
        .contains("nodebridge_workflow_halted_partitions 0.0");
    assertThat(client.read(idOf(waits)).state()).isEqualTo(WorkflowState.COMPLETED);
    run(client, stack.orchestrator(), "after", halted);
  }

  private static void run(IntakeClient client, URI replica, String name, int partition)
      throws Exception {
    String key = IntakeClient.keyIn(partition, name);
    assertThat(client.post(replica, key, LOCAL, 10).statusCode()).isEqualTo(200);
  }

  private static UUID idOf(String key) {
    return WorkflowIds.ofKey("intake", key);
  }

  private void fold(String namespace) throws Exception {
    try (EventLedger ledger = new EventLedger(stack, namespace, 11)) {
      ledger.write(COUNT, PER_SECOND);
      ledger.assertCountedOnce();
    }
  }

  private static void awaitHalted(URI reducer, int partitions) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(get(reducer, "/health/ready"))
                  .contains("no partition of " + Topic.EVENTS.topicName() + " halted");
              assertThat(get(reducer, "/metrics"))
                  .contains("nodebridge_reducer_halted_partitions %d.0".formatted(partitions));
            });
  }

  private record Position(UUID topicId, long next) {}

  private Position position(int part) throws Exception {
    try (Connection connection = stack.postgres().connect();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT topic_id, next_offset FROM reducer.position WHERE part = ?")) {
      query.setInt(1, part);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return new Position(row.getObject(1, UUID.class), row.getLong(2));
      }
    }
  }

  // How many partitions are not folded up to the end of their log.
  private int behindTheLog() throws Exception {
    int behind = 0;
    for (int part = 0; part < Topic.EVENTS.partitions(); part++) {
      TopicPartition partition = new TopicPartition(Topic.EVENTS.topicName(), part);
      long end = endOf(partition);
      behind += position(part).next() == end ? 0 : 1;
    }
    return behind;
  }

  private long endOf(TopicPartition partition) throws Exception {
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.latest()))
        .partitionResult(partition)
        .get()
        .offset();
  }

  private static String get(URI service, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(service.resolve(path)).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
