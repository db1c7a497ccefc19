package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowOutcome;
import io.nodebridge.events.message.WorkflowState;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The ways in: waiting for the end, cancelling, many at once, and Kafka as the document shows it.
class IntakeIT {
  private static final JsonCodec<WorkflowOutcome> OUTCOME = JsonCodec.of(WorkflowOutcome.class);
  private static final String SLOW =
      """
      name: slow
      version: 1
      timeout: 5m
      steps:
        work: {call: content.slow, timeout: 2m, attempts: 3}
      """;

  @TempDir private static Path folder;

  private static GatedWorker worker;
  private static BreakableStack stack;
  private static IntakeClient client;

  @BeforeAll
  static void start() throws Exception {
    worker = new GatedWorker();
    Path definitions = Files.createDirectories(folder.resolve("definitions"));
    Files.writeString(definitions.resolve("slow.yaml"), SLOW);
    stack =
        TestStacks.own(
            Map.of(
                "NODEBRIDGE_DEFINITIONS",
                definitions.toString(),
                "NODEBRIDGE_ROUTES",
                "content.slow=" + worker.address(),
                "NODEBRIDGE_MAX_IN_FLIGHT",
                "2"));
    client = new IntakeClient(stack);
  }

  @AfterAll
  static void stop() {
    if (stack != null) {
      stack.close();
    }
    worker.close();
  }

  @Test
  void aWaitIsAnsweredWithTheOutcomeThatTheReducerHasToo() throws Exception {
    HttpResponse<byte[]> answer = client.post(stack.orchestrator(), "waits", local("one"), 10);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("wait=10");
    WorkflowOutcome outcome = OUTCOME.decode(answer.body());
    assertThat(outcome.workflowId()).isEqualTo(WorkflowIds.ofKey("intake", "waits"));
    assertThat(outcome.stamp().hash())
        .isEqualTo(ContentHash.of("one".getBytes(StandardCharsets.UTF_8)));
    assertThat(outcome.steps())
        .extracting(StepRun::name)
        .containsExactly("validate", "hash", "stamp");
    assertThat(outcome).isEqualTo(client.read(outcome.workflowId()));
    // Again: at once and the same, from memory.
    WorkflowOutcome again =
        OUTCOME.decode(client.post(stack.orchestrator(), "waits", local("one"), 10).body());
    assertThat(again)
        .isEqualTo(
            new WorkflowOutcome(
                outcome.workflowId(),
                outcome.state(),
                outcome.stamp(),
                null,
                null,
                outcome.bodyHash()));
    assertThat(client.post(stack.orchestrator(), "waits", local("other"), 10).statusCode())
        .isEqualTo(422);
    assertThat(client.post(stack.orchestrator(), "waits", local("other"), 0).statusCode())
        .isEqualTo(422);
  }

  @Test
  void aWaitThatReachesItsLimitIsAnAcceptance() throws Exception {
    HttpResponse<byte[]> answer = client.post(stack.orchestrator(), "limit", slow("limit"), 1);
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("wait=1");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("PENDING");
    worker.release("limit");
    assertThat(client.read(WorkflowIds.ofKey("intake", "limit")).state())
        .isEqualTo(WorkflowState.COMPLETED);
  }

  @Test
  void aReplicaThatDoesNotOwnThePartitionWaitsWithTheReducer() throws Exception {
    URI second = stack.replica("orchestrator", "second", Map.of());
    client.awaitOwners(Map.of("orchestrator-1", stack.orchestrator(), "second-1", second));
    for (int i = 0; i < 8; i++) {
      // Whichever of the two owns it, the other one is asked as well.
      for (URI replica : List.of(stack.orchestrator(), second)) {
        WorkflowOutcome outcome =
            OUTCOME.decode(ok(client.post(replica, "both-" + i, local("both"), 10)).body());
        assertThat(outcome.state()).isEqualTo(WorkflowState.COMPLETED);
        assertThat(client.post(replica, "both-" + i, local("other"), 10).statusCode())
            .isEqualTo(422);
        WorkflowOutcome own =
            OUTCOME.decode(ok(client.post(replica, replica + "-" + i, local("own"), 10)).body());
        assertThat(own.steps()).hasSize(3);
      }
    }
    assertThat(stack.stop("second")).isZero();
    client.awaitOwners(Map.of("orchestrator-1", stack.orchestrator()));
  }

  @Test
  void aPausedOwnerThatWakesUpTellsNoEndOfItsOwn() throws Exception {
    CompletableFuture<HttpResponse<byte[]>> waiting =
        client.posting(stack.orchestrator(), "zombie", slow("zombie"), 60);
    await().atMost(PATIENCE).until(() -> worker.calls("zombie") == 1);
    stack.pause("orchestrator");
    URI awake = stack.replica("orchestrator", "awake", Map.of());
    client.awaitOwners(Map.of("awake-1", awake));
    await().atMost(PATIENCE).until(() -> worker.calls("zombie") == 2);
    worker.release("zombie");
    WorkflowOutcome truth = client.read(WorkflowIds.ofKey("intake", "zombie"));
    stack.resume("orchestrator");
    HttpResponse<byte[]> answer = waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    // The worker has answered the sleeper something else.
    assertThat(truth.steps().getFirst().result()).containsEntry("call", 2L);
    if (answer.statusCode() != 202) {
      assertThat(OUTCOME.decode(ok(answer).body())).isEqualTo(truth);
    }
    assertThat(stack.stop("awake")).isZero();
    client.awaitOwners(Map.of("orchestrator-1", stack.orchestrator()));
  }

  @Test
  void cancellingEndsWhatRunsThoughAllIsFullAndWhatIsQueuedWhenItsTurnComes() throws Exception {
    UUID running = accepted(client.post(stack.orchestrator(), "running", slow("running"), 0));
    UUID other = accepted(client.post(stack.orchestrator(), "other", slow("full"), 0));
    await().atMost(PATIENCE).until(() -> worker.calls("running") == 1 && worker.calls("full") == 1);
    // No room is left, so these wait; the first one in the partition of what is cancelled.
    UUID before =
        accepted(client.post(stack.orchestrator(), keyBeside(running), slow("before"), 0));
    UUID queued = accepted(client.post(stack.orchestrator(), "queued", slow("queued"), 0));
    assertThat(client.cancel(stack.orchestrator(), queued, "not begun").statusCode())
        .isEqualTo(202);
    assertThat(client.cancel(stack.orchestrator(), running, "ordered twice").statusCode())
        .isEqualTo(202);
    assertCancelled(running, "ordered twice");
    worker.release("full");
    assertThat(client.read(other).state()).isEqualTo(WorkflowState.COMPLETED);
    assertCancelled(queued, "not begun");
    worker.release("before");
    assertThat(client.read(before).state()).isEqualTo(WorkflowState.COMPLETED);
  }

  @Test
  void aCancellationThroughKafkaIsOneTooAndFindsItsWorkflowFromAnyPartition() throws Exception {
    for (int away = 0; away < 2; away++) {
      String text = "away-" + away;
      UUID id = accepted(client.post(stack.orchestrator(), text, slow(text), 0));
      await().atMost(PATIENCE).until(() -> worker.calls(text) == 1);
      int partition = Topic.REQUESTS.partitionOf(id.toString()) + away;
      client.sendToTheLog(
          partition % Topic.REQUESTS.partitions(),
          id,
          "{\"workflowId\":\"%s\",\"reason\":\"by Kafka\"}".formatted(id),
          MessageType.WORKFLOW_CANCEL_REQUESTED);
      assertCancelled(id, "by Kafka");
      assertThat(worker.calls(text)).isEqualTo(1);
    }
    assertThat(client.get(stack.reducer(), "/v1/dead-letters")).doesNotContain("by Kafka");
  }

  @Test
  void aCancellationThatNobodyUnderstandsIsADeadLetterAndCancelsNothing() throws Exception {
    UUID id = accepted(client.post(stack.orchestrator(), "odd", slow("odd"), 0));
    await().atMost(PATIENCE).until(() -> worker.calls("odd") == 1);
    client.sendToTheLog(null, id, "{\"reason\":\"odd\"}", MessageType.WORKFLOW_CANCEL_REQUESTED);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(client.get(stack.reducer(), "/v1/dead-letters")).contains("workflowId"));
    worker.release("odd");
    assertThat(client.read(id).state()).isEqualTo(WorkflowState.COMPLETED);
  }

  @Test
  void whatIsWrittenBehindAPausedPartitionCountsAndShutsTheDoorUntilItIsRun() throws Exception {
    assertThat(stack.stop("orchestrator")).isZero();
    int wide = 100;
    URI replica =
        stack.replica("orchestrator", "wide", Map.of("NODEBRIDGE_MAX_IN_FLIGHT", "" + wide));
    client.awaitOwners(Map.of("wide-1", replica));
    client.sendManyToTheLog(0, wide, slow("wide"));
    await().atMost(PATIENCE).until(() -> worker.calls("wide") == wide);
    // It waits for room, so its partition is read no further.
    client.sendManyToTheLog(0, 1, local("waits"));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(backlog(replica)).isEqualTo(1));
    client.sendManyToTheLog(0, 10_001, local("behind it"));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(backlog(replica)).isEqualTo(10_002));
    HttpResponse<byte[]> refused = client.post(replica, "more", local("more"), 0);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");

    worker.release("wide");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(backlog(replica)).isZero());
    assertThat(client.post(replica, "more", local("more"), 10).statusCode()).isEqualTo(200);
    assertThat(stack.stop("wide")).isZero();
    stack.restart("orchestrator");
    client.awaitOwners(Map.of("orchestrator-1", stack.orchestrator()));
  }

  private static int backlog(URI replica) throws Exception {
    Matcher found =
        Pattern.compile("nodebridge_workflow_backlog_records (\\d+)\\.0")
            .matcher(client.get(replica, "/metrics"));
    assertThat(found.find()).isTrue();
    return Integer.parseInt(found.group(1));
  }

  @Test
  void cancellingWhatIsOverOrUnknownChangesNothing() throws Exception {
    UUID over =
        OUTCOME
            .decode(client.post(stack.orchestrator(), "over", local("over"), 10).body())
            .workflowId();
    WorkflowOutcome before = client.read(over);
    assertThat(client.cancel(stack.orchestrator(), over, null).statusCode()).isEqualTo(202);
    UUID unknown = WorkflowIds.ofKey("intake", keyBeside(over));
    assertThat(client.cancel(stack.orchestrator(), unknown, null).statusCode()).isEqualTo(202);
    // Behind both cancellations in their partition.
    client.post(stack.orchestrator(), keyBeside(unknown), local("behind"), 10);
    assertThat(client.read(over)).isEqualTo(before);
    assertThat(client.get(stack.reducer(), "/v1/workflows/" + unknown))
        .contains("unknown-workflow");
  }

  @Test
  void aCancellationOutlivesTheOwnerThatReadIt() throws Exception {
    assertThat(stack.stop("orchestrator")).isZero();
    URI dying =
        stack.replica(
            "orchestrator", "dying", CrashAgent.dieAt(folder, "orchestrator.cancelled", 1));
    client.awaitOwners(Map.of("dying-1", dying));
    UUID id = accepted(client.post(dying, "outlives", slow("outlives"), 0));
    await().atMost(PATIENCE).until(() -> worker.calls("outlives") == 1);
    // It may die before it can answer.
    CompletableFuture<?> cancelling = client.cancelling(dying, id, "it dies of this");
    await().atMost(PATIENCE).until(() -> cancelling.isDone() && !stack.process("dying").isAlive());
    stack.restart("orchestrator");
    assertCancelled(id, "it dies of this");
    assertThat(client.get(stack.reducer(), "/v1/workflows/" + id).split("\"to\":\"FAILED\"", -1))
        .hasSize(2);
    client.awaitOwners(Map.of("orchestrator-1", stack.orchestrator()));
  }

  @Test
  void eachRequestOfABatchIsAnsweredForItself() throws Exception {
    String good = local("good");
    HttpResponse<String> answer =
        client.batch(
            """
            {"requests":[%s, {"namespace":"intake","content":{"text":"x"},"definition":"none"},
              {"namespace":"intake","content":{"text":"x"},"colour":"red"}, 7, %s, %s, %s]}
            """
                .formatted(
                    keyed(good, "batch"),
                    keyed(local("another"), "batch"),
                    keyed(good, "batch"),
                    keyed(good, "")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    UUID id = WorkflowIds.ofKey("intake", "batch");
    assertThat(statuses(answer.body())).containsExactly(202, 400, 400, 400, 422, 202, 400);
    assertThat(answer.body())
        .contains("\"workflowId\":\"" + id, "one of [fan-out, local, slow, stamping]", "colour");
    assertThat(client.read(id).state()).isEqualTo(WorkflowState.COMPLETED);
    // Sent alone under the same key it is the same one.
    assertThat(
            OUTCOME
                .decode(ok(client.post(stack.orchestrator(), "batch", good, 5)).body())
                .workflowId())
        .isEqualTo(id);
    assertThat(statuses(client.batch("{\"requests\":[" + keyed(local("x"), "batch") + "]}").body()))
        .containsExactly(422);
    String many = IntStream.range(0, 1_001).mapToObj(_ -> good).collect(Collectors.joining(","));
    for (String refused :
        List.of("{\"requests\":[" + many + "]}", "[]", "{\"requests\":[}", "{\"requests\":[]}")) {
      assertThat(client.batch(refused).statusCode()).isEqualTo(400);
    }
    assertThat(client.batch("{\"requests\":[" + many.replace("," + good, "") + "]}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void whatIsNoneOfThisIsRefusedSayingWhy() throws Exception {
    UUID id = WorkflowIds.minted();
    assertThat(client.cancel(stack.orchestrator(), id, "a%00b").statusCode()).isEqualTo(400);
    assertThat(client.send(HttpRequest.newBuilder(client.at("/v1/workflows/7")).DELETE()).body())
        .contains("must be a UUID");
    assertThat(
            client
                .send(HttpRequest.newBuilder(client.at("/v1/workflows/" + id + "?why=x")).DELETE())
                .body())
        .contains("must be one of [reason]");
    HttpResponse<String> other =
        client.send(HttpRequest.newBuilder(client.at("/v1/workflows/" + id)));
    assertThat(other.statusCode()).isEqualTo(405);
    assertThat(other.headers().firstValue("Allow")).hasValue("DELETE");
    assertThat(client.send(HttpRequest.newBuilder(client.at("/v1/workflows:batch"))).statusCode())
        .isEqualTo(405);
    assertThat(client.get(stack.orchestrator(), "/openapi")).contains("/v1/workflows:batch");
  }

  @Test
  void theDocumentsCommandPutsARequestIntoKafka() throws Exception {
    Path root = Path.of(System.getProperty("nodebridge.root"));
    Matcher command =
        Pattern.compile("(?s)```sh\n(.*?)```")
            .matcher(Files.readString(root.resolve("docs/intake.md")));
    assertThat(command.find()).isTrue();
    // As in Kafka's own bin folder.
    Path tool = folder.resolve("kafka-console-producer.sh");
    Path lib =
        root.resolve("e2e-bench/broker")
            .resolve(System.getProperty("nodebridge.out"))
            .resolve("app/lib");
    Files.writeString(
        tool,
        "#!/bin/sh\nexec '%s/bin/java' -cp '%s/*:%s' %s \"$@\"\n"
            .formatted(
                System.getProperty("java.home"),
                lib,
                System.getProperty("java.class.path"),
                "org.apache.kafka.tools.ConsoleProducer"));
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-c", command.group(1).replace("localhost:9092", stack.kafka()))
            .inheritIO();
    shell.environment().merge("PATH", folder.toString(), (path, mine) -> mine + ":" + path);
    Process run = shell.start();
    assertThat(run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).isZero();
    WorkflowOutcome outcome = client.read(UUID.fromString("0192f0c4-8e1a-7c3b-9d2e-5f6a7b8c9d0e"));
    assertThat(outcome.stamp().hash())
        .isEqualTo(ContentHash.of("from Kafka".getBytes(StandardCharsets.UTF_8)));
  }

  private static void assertCancelled(UUID id, String reason) throws Exception {
    WorkflowOutcome outcome = client.read(id);
    assertThat(outcome.state()).isEqualTo(WorkflowState.FAILED);
    assertThat(outcome.error()).isEqualTo(new WorkflowError("cancelled", reason, null));
  }

  // Of another workflow in the same partition.
  private static String keyBeside(UUID id) {
    return IntakeClient.keyIn(Topic.REQUESTS.partitionOf(id.toString()), "beside-" + id);
  }

  private static String local(String text) {
    return request("local", text);
  }

  private static String slow(String text) {
    return request("slow", text);
  }

  private static String request(String definition, String text) {
    return "{\"definition\":\"%s\",\"namespace\":\"intake\",\"content\":{\"text\":\"%s\"}}"
        .formatted(definition, text);
  }

  private static String keyed(String request, String key) {
    return request.replaceFirst("}$", ",\"idempotencyKey\":\"" + key + "\"}");
  }

  private static List<Integer> statuses(String batch) {
    return Pattern.compile("\\{\"status\":(\\d+)")
        .matcher(batch)
        .results()
        .map(found -> Integer.valueOf(found.group(1)))
        .toList();
  }

  private static HttpResponse<byte[]> ok(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode())
        .as(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    return answer;
  }

  private static UUID accepted(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(202);
    return OUTCOME.decode(answer.body()).workflowId();
  }
}
