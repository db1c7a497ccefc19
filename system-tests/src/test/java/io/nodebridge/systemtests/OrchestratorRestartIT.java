package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One orchestrator ends and another begins, perhaps with other definitions: what was answered
/// stays true.
class OrchestratorRestartIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path folder;

  private static BreakableStack stack;
  private static Orchestrators orchestrators;

  @BeforeAll
  static void start() throws Exception {
    stack = TestStacks.shared();
    orchestrators = new Orchestrators(stack);
  }

  @AfterEach
  void noReplicaRuns() throws Exception {
    orchestrators.awaitAlone();
  }

  @Test
  void fiftyPostsOfOneKeyAreOneWorkflowAndAnotherBodyIsRefused() throws Exception {
    String body = "{\"namespace\":\"keys\",\"content\":{\"text\":\"one\"}}";
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(
          HTTP.sendAsync(
              orchestrators.request(stack.orchestrator(), "fifty", body),
              HttpResponse.BodyHandlers.ofString()));
    }
    String id = WorkflowIds.ofKey("keys", "fifty").toString();
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(orchestrators.accepted(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)))
          .isEqualTo(id);
    }
    assertThat(orchestrators.read(id)).contains("\"state\":\"COMPLETED\"");
    HttpResponse<String> other =
        orchestrators.post(stack.orchestrator(), "fifty", body.replace("one", "another"));
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(other.body()).contains("idempotency-conflict").contains(id);
    // Past the edge, through Kafka, it becomes a dead letter with its bytes.
    sendToTheLog(id, body.replace("one", "third"));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(conflictsOf(id)).isEqualTo(1));
    // And where nobody remembers the first one: it was committed before the next owner came.
    await().atMost(PATIENCE).until(() -> committedToTheEnd(id));
    stack.kill("orchestrator");
    stack.restart("orchestrator");
    sendToTheLog(id, body.replace("one", "fourth"));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(conflictsOf(id)).isEqualTo(2));
    assertThat(orchestrators.get(stack.reducer().resolve("/v1/namespaces"))).contains("keys");
    assertThat(orchestrators.read(id)).contains("\"state\":\"COMPLETED\"");
  }

  @Test
  void aDefinitionThatChangesUnderARunningWorkflowHaltsItsPartitionAndSaysSo() throws Exception {
    Path mine = Files.createDirectories(folder.resolve("changing"));
    Path file = mine.resolve("slow.yaml");
    String text =
        """
        name: slow
        version: 1
        timeout: 5m
        steps:
          hash: {call: content.hash, timeout: 1m, attempts: 20}
          stamp: {run: stamp, needs: [hash]}
        """;
    Files.writeString(file, text);
    Map<String, String> settings = Map.of("NODEBRIDGE_DEFINITIONS", mine.toString());
    String body = "{\"definition\":\"slow\",\"content\":{\"text\":\"x\"}}";
    assertThat(stack.stop("orchestrator")).isZero();
    stack.pause("stamping");
    try {
      URI first = orchestrators.replica("before", settings);
      orchestrators.awaitReady(first);
      String id = orchestrators.accepted(orchestrators.post(first, "slow", body));
      orchestrators.awaitProcessing(id);
      stack.kill("before");
      Files.writeString(file, text.replace("1m", "2m"));
      URI changed = orchestrators.replica("changed", settings);
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(orchestrators.get(changed.resolve("/health/ready")))
                      .startsWith("ready\npartition ")
                      .contains(" is halted: workflow " + id + " began with slow version 1"));
      stack.kill("changed");
      // With the text it began with it goes on; a new version stands beside it.
      Files.writeString(file, text);
      Files.writeString(mine.resolve("slow-2.yaml"), text.replace("version: 1", "version: 2"));
      stack.resume("stamping");
      URI back = orchestrators.replica("back", settings);
      orchestrators.awaitReady(back);
      assertThat(orchestrators.read(id))
          .contains("\"state\":\"COMPLETED\"", "\"definitionVersion\":1");
      String next = orchestrators.accepted(orchestrators.post(back, "next", body));
      assertThat(orchestrators.read(next))
          .contains("\"state\":\"COMPLETED\"", "\"definitionVersion\":2");
    } finally {
      stack.resume("stamping");
    }
  }

  @Test
  void toldToStopItIsNotReadyWhileItServesAndFinishes() throws Exception {
    String body = "{\"content\":{\"text\":\"x\"}}";
    stack.pause("stamping");
    try {
      String begun = orchestrators.accepted(orchestrators.post(stack.orchestrator(), "a", body));
      orchestrators.awaitProcessing(begun);
      ProcessHandle stopping = stack.process("orchestrator");
      stopping.destroy();
      await().atMost(Duration.ofSeconds(5)).until(() -> !orchestrators.ready(stack.orchestrator()));
      String later = orchestrators.accepted(orchestrators.post(stack.orchestrator(), "b", body));
      stack.resume("stamping");
      assertThat(stack.stop("orchestrator")).isZero();
      assertThat(orchestrators.read(begun)).contains("\"state\":\"COMPLETED\"");
      stack.restart("orchestrator");
      assertThat(orchestrators.read(later)).contains("\"state\":\"COMPLETED\"");
    } finally {
      stack.resume("stamping");
    }
  }

  private static void sendToTheLog(String id, String body) throws Exception {
    try (Producer<String, byte[]> producer =
        new KafkaClients(stack.kafka(), Map.of()).producer("conflict")) {
      producer
          .send(
              new ProducerRecord<>(
                  Topic.REQUESTS.topicName(), id, body.getBytes(StandardCharsets.UTF_8)))
          .get();
    }
  }

  // Whether every request of that partition is behind its committed offset.
  private static boolean committedToTheEnd(String id) throws Exception {
    TopicPartition partition =
        new TopicPartition(Topic.REQUESTS.topicName(), Topic.REQUESTS.partitionOf(id));
    try (Admin admin = new KafkaClients(stack.kafka(), Map.of()).admin("committed")) {
      long committed =
          admin
              .listConsumerGroupOffsets(Orchestrators.GROUP)
              .partitionsToOffsetAndMetadata()
              .get()
              .get(partition)
              .offset();
      long end =
          admin
              .listOffsets(Map.of(partition, OffsetSpec.latest()))
              .partitionResult(partition)
              .get()
              .offset();
      return committed == end;
    }
  }

  private static int conflictsOf(String id) throws Exception {
    String letters = orchestrators.get(stack.reducer().resolve("/v1/dead-letters"));
    return letters.split("idempotency conflict: workflow " + id, -1).length - 1;
  }
}
