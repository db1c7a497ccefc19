package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.events.message.Accepted;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.systemtests.ScriptedWorker.Answer;
import io.nodebridge.systemtests.ScriptedWorker.Call;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who is asked for a step, when it is tried again, and what happens if there is nobody.
class RoutingIT {
  private static final Duration NEWCOMER = Duration.ofSeconds(2);
  private static final String BREAKER_OPEN = "3s";
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonCodec<Accepted> ACCEPTED = JsonCodec.of(Accepted.class);

  private static final Map<String, String> DEFINITIONS =
      Map.of(
          "tried",
          """
          name: tried
          steps:
            work: {call: scripted.work, timeout: 1s, attempts: 3}
          """,
          "patient",
          """
          name: patient
          steps:
            work: {call: scripted.work, timeout: 10s}
          """,
          "nobody",
          """
          name: nobody
          steps:
            work: {call: nobody.knows, timeout: 1s}
          """,
          "nobody-minds",
          """
          name: nobody-minds
          steps:
            work: {call: nobody.knows, timeout: 1s, onFailure: degrade}
          """,
          "steady",
          """
          name: steady
          timeout: 5m
          steps:
            hash: {call: content.hash, timeout: 2s, attempts: 20}
            stamp: {run: stamp, needs: [hash]}
          """,
          "steady-fan-out",
          """
          name: steady-fan-out
          timeout: 5m
          steps:
            hash: {call: content.hash, timeout: 2s, attempts: 20}
            look: {call: content.insight, attempts: 20}
            stamp: {run: stamp, needs: [hash, look]}
          """);

  private static final String STAMPED_BY_B =
      """
      SELECT count(*)
      FROM reducer.workflow
      WHERE namespace = 'killed' AND steps::text LIKE '%"stamping-b-1"%'
      """;

  @TempDir private static Path folder;

  private static BreakableStack stack;
  private static int lives;

  private ScriptedWorker worker;
  private String id;

  @BeforeAll
  static void start() throws Exception {
    for (Map.Entry<String, String> definition : DEFINITIONS.entrySet()) {
      Files.writeString(
          folder.resolve(definition.getKey() + ".yaml"),
          definition.getValue().replaceFirst("\n", "\nversion: 1\n"));
    }
    stack =
        TestStacks.own(
            Map.of(
                "NODEBRIDGE_DEFINITIONS",
                folder.toString(),
                "NODEBRIDGE_BREAKER_OPEN",
                BREAKER_OPEN));
  }

  @AfterAll
  static void stop() {
    if (stack != null) {
      stack.close();
    }
  }

  // A node of its own for each test: its breaker remembers nothing of the one before.
  @BeforeEach
  void aWorkerIsRouted() throws Exception {
    id = "scripted-" + ++lives;
    worker = new ScriptedWorker(stack.kafka(), id, "scripted.work");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(breakers()).containsExactly(id + "=0"));
  }

  @AfterEach
  void theWorkerLeaves() {
    worker.close();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(breakers()).isEmpty());
  }

  @Test
  void loadFaultsAndBrokenConnectionsAreTriedAgainUnderTheSameKey() throws Exception {
    for (int status : new int[] {408, 429, 500, 503, ScriptedWorker.CUT}) {
      int before = worker.calls().size();
      worker.answersOnce(new Answer(status, -1));
      String workflow = posted("tried");
      assertThat(outcomeOf(workflow))
          .as("after %d", status)
          .contains("\"state\":\"COMPLETED\"", "\"outcome\":\"FAILED\"", "\"instance\":\"" + id);
      assertThat(worker.calls().subList(before, worker.calls().size()))
          .hasSize(2)
          .allSatisfy(call -> assertThat(call.key()).isEqualTo(workflow + "/work"));
      assertThat(worker.calls().getLast().body()).contains("\"attempt\":2");
    }
  }

  @Test
  void whatTheWorkerAsksToWaitIsWaited() throws Exception {
    worker.answersOnce(new Answer(429, 2));
    assertThat(outcomeOf(posted("tried"))).contains("\"state\":\"COMPLETED\"");
    List<Call> calls = worker.calls();
    assertThat(calls).hasSize(2);
    assertThat(calls.getLast().nanos() - calls.getFirst().nanos())
        .isBetween(TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(4));
  }

  @Test
  void anyOtherRefusalIsFinal() throws Exception {
    worker.answers(new Answer(400, 1));
    assertThat(outcomeOf(posted("tried")))
        .contains("\"state\":\"FAILED\"", "\"code\":\"worker_status_400\"", "\"step\":\"work\"");
    assertThat(worker.calls()).hasSize(1);
  }

  @Test
  void theBreakerOpensAtFiveFailuresAndClosesWhenProbesAreAnswered() throws Exception {
    worker.answers(new Answer(500, -1));
    assertThat(outcomeOf(posted("tried"))).contains("\"code\":\"worker_status_500\"");
    // Its third attempt finds the only breaker open, and waits for a while.
    assertThat(outcomeOf(posted("tried")))
        .contains("\"state\":\"FAILED\"", "\"code\":\"no_instance\"", "stayed open");
    assertThat(worker.calls()).hasSize(5);
    assertThat(breakers()).containsExactly(id + "=2");

    worker.answers(Answer.done());
    assertThat(outcomeOf(posted("patient"))).contains("\"state\":\"COMPLETED\"");
    assertThat(breakers()).containsExactly(id + "=1");
    assertThat(outcomeOf(posted("patient"))).contains("\"state\":\"COMPLETED\"");
    assertThat(breakers()).containsExactly(id + "=0");
  }

  @Test
  void aNewInstanceGetsWorkWithinTwoSeconds() throws Exception {
    try (ScriptedWorker second = new ScriptedWorker(stack.kafka(), "newcomer", "scripted.work")) {
      long announced = System.nanoTime();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                posted("patient");
                return !second.calls().isEmpty();
              });
      Duration took = Duration.ofNanos(second.calls().getFirst().nanos() - announced);
      System.out.printf("a new instance got work after %d ms%n", took.toMillis());
      assertThat(took).isLessThanOrEqualTo(NEWCOMER);
    }
  }

  @Test
  void anInstanceThatIsKilledUnderLoadFailsNoWorkflow() throws Exception {
    stack.replica("stamping", "stamping-b", Map.of());
    await().atMost(PATIENCE).until(() -> metrics().contains("{capability=\"content.hash\"} 2"));
    try (ClientLedger ledger = new ClientLedger(stack, "killed", stack::orchestrator)) {
      CompletableFuture<Void> posting = CompletableFuture.runAsync(() -> post(ledger));
      await().atMost(PATIENCE).until(() -> rows(STAMPED_BY_B) > 0);
      stack.kill("stamping-b");
      posting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertEachEndedOnce();
    }
    await().atMost(PATIENCE).until(() -> metrics().contains("{capability=\"content.hash\"} 1"));
  }

  @Test
  void withNobodyToAskTheStepFailsAfterItsTimeoutAsTheDefinitionSays() throws Exception {
    long begun = System.nanoTime();
    assertThat(outcomeOf(posted("nobody")))
        .contains("\"state\":\"FAILED\"", "\"code\":\"no_instance\"", "nobody.knows");
    assertThat(System.nanoTime() - begun).isGreaterThan(TimeUnit.SECONDS.toNanos(1));
    assertThat(outcomeOf(posted("nobody-minds")))
        .contains("\"state\":\"COMPLETED\"", "\"outcome\":\"DEGRADED\"", "no_instance");
  }

  private static void post(ClientLedger ledger) {
    try {
      ledger.post(300, 60);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// `instance=state` of the scripted ones.
  private static List<String> breakers() throws IOException, InterruptedException {
    return metrics()
        .lines()
        .filter(line -> line.startsWith("nodebridge_breaker_state{instance=\"scripted-"))
        .map(line -> line.split("\"", -1)[1] + "=" + line.charAt(line.indexOf("} ") + 2))
        .toList();
  }

  private static String metrics() throws IOException, InterruptedException {
    return body(HttpRequest.newBuilder(stack.orchestrator().resolve("/metrics")).build());
  }

  private static long rows(String query) throws SQLException {
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static String posted(String definition) throws IOException, InterruptedException {
    String body = "{\"definition\":\"" + definition + "\",\"content\":{\"text\":\"hello\"}}";
    HttpRequest post =
        HttpRequest.newBuilder(stack.orchestrator().resolve("/v1/workflows"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    byte[] accepted = HTTP.send(post, HttpResponse.BodyHandlers.ofByteArray()).body();
    return ACCEPTED.decode(accepted).workflowId().toString();
  }

  private static String outcomeOf(String workflow) throws IOException, InterruptedException {
    URI read = stack.reducer().resolve("/v1/workflows/" + workflow);
    return body(HttpRequest.newBuilder(read).header("Prefer", "wait=20").build());
  }

  private static String body(HttpRequest request) throws IOException, InterruptedException {
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
