package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.Places;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// The shipped compose file with the images that are built: what its users do with it.
@EnabledIfSystemProperty(named = "stack", matches = "containers")
@EnabledIfSystemProperty(named = "bench.profile", matches = "soak")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposeIT {
  private static final List<String> PARTS =
      List.of("orchestrator", "reducer", "registry", "stamping", "insight", "kafka", "postgres");
  private static final List<String> GROUPS =
      List.of("nodebridge-orchestrator", "nodebridge-reducer");
  private static final Duration FIRST = Duration.ofSeconds(60);
  private static final int PER_SECOND = 40;
  private static final int AT_WORK = 100;
  private static final String BODY =
      """
      {"definition":"steady","content":{"text":"first"},"intelligence":true}
      """;

  @TempDir private static Path folder;

  private static Compose compose;

  @BeforeAll
  static void upAndAFirstRequestInTime() throws Exception {
    Path settings = folder.resolve("definitions.yaml");
    Files.writeString(
        settings,
        """
        services:
          orchestrator: &orchestrator
            volumes: ["%s:/definitions:ro"]
            environment: {NODEBRIDGE_DEFINITIONS: /definitions}
          orchestrator-2: *orchestrator
        """
            .formatted(definitions()));
    compose = Compose.in(Places.fromSystemProperties().root(), settings);
    // What a test that was killed has left.
    down("-v");
    long begun = System.nanoTime();
    compose.run("up", "-d");
    await().atMost(FIRST).pollInterval(Duration.ofMillis(100)).until(ComposeIT::answered);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    System.out.printf("up to the first answer: %.1f s%n", took.toMillis() / 1e3);
    assertThat(took).isLessThan(FIRST);
  }

  @AfterAll
  static void nothingIsLeft() throws Exception {
    if (compose != null) {
      down("-v");
    }
  }

  private static void down(String... more) throws Exception {
    compose.run(
        Stream.concat(
                Stream.of("--profile", "scale", "--profile", "bench", "down"), Stream.of(more))
            .toArray(String[]::new));
  }

  @TestFactory
  @Order(1)
  Stream<DynamicTest> whateverIsKilledUnderLoadNothingIsLost() {
    return PARTS.stream().map(part -> DynamicTest.dynamicTest(part, () -> killed(part)));
  }

  private static void killed(String part) throws Exception {
    awaitHealthy();
    try (ClientLedger ledger = ledger("kill-" + part)) {
      CompletableFuture<Void> posting = posting(ledger, 4 * AT_WORK);
      compose.kill(part);
      compose.start(part);
      awaitHealthy();
      posting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertEachEndedOnce();
      System.out.printf("%s killed: %d accepted, none lost%n", part, ledger.accepted());
    }
  }

  @Test
  @Order(2)
  void downAndUpUnderLoadLosesNothing() throws Exception {
    try (ClientLedger ledger = ledger("down-up")) {
      CompletableFuture<Void> posting = posting(ledger, 4 * AT_WORK);
      down();
      compose.run("up", "-d");
      posting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertEachEndedOnce();
    }
  }

  @Test
  @Order(3)
  void theRigMeasuresIt() throws Exception {
    awaitHealthy();
    assertThat(compose.run("run", "--rm", "-T", "bench", "run", "single_workflow_execution"))
        .contains("single_workflow_execution: PASS");
  }

  @Test
  @Order(4)
  void replicasShareThePartitionsAndOneTakesOver() throws Exception {
    compose.run("--profile", "scale", "up", "-d");
    await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertShared(2));
    try (ClientLedger ledger = ledger("scale")) {
      CompletableFuture<Void> posting = posting(ledger, 4 * AT_WORK);
      compose.kill("orchestrator-2");
      compose.kill("reducer");
      await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertShared(1));
      posting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertEachEndedOnce();
    }
  }

  // Readable for the user of the containers.
  private static Path definitions() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path copies = Files.createDirectory(folder.resolve("definitions"));
    Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path sources =
        Path.of(Objects.requireNonNull(ComposeIT.class.getResource("/definitions")).toURI());
    try (Stream<Path> files = Files.list(sources)) {
      for (Path file : files.toList()) {
        Path copy = Files.copy(file, copies.resolve(file.getFileName().toString()));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
      }
    }
    return copies;
  }

  private static boolean answered() throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(compose.orchestrator().resolve("/v1/workflows"))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "first")
            .header("Prefer", "wait=25")
            .POST(HttpRequest.BodyPublishers.ofString(BODY))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200 && response.body().contains("COMPLETED");
    } catch (IOException e) {
      return false;
    }
  }

  private static ClientLedger ledger(String namespace) {
    URI orchestrator = compose.orchestrator();
    return new ClientLedger(compose.kafka(), compose.postgres(), namespace, () -> orchestrator);
  }

  // Returns as soon as the stack is at work.
  private static CompletableFuture<Void> posting(ClientLedger ledger, int count) {
    CompletableFuture<Void> posting =
        CompletableFuture.runAsync(
            () -> {
              try {
                ledger.post(count, PER_SECOND);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    await().atMost(PATIENCE).until(() -> posting.isDone() || ledger.accepted() >= AT_WORK);
    assertThat(posting).isNotCompletedExceptionally();
    return posting;
  }

  private static void awaitHealthy() {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(PARTS).allMatch(ComposeIT::healthy));
  }

  private static boolean healthy(String part) {
    try {
      return compose.healthy(part);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // So many members have all partitions among them, each its share.
  private static void assertShared(int members) throws Exception {
    int share = Topic.REQUESTS.partitions() / members;
    try (Admin admin = new KafkaClients(compose.kafka(), Map.of()).admin("compose-it")) {
      for (var group : admin.describeConsumerGroups(GROUPS).all().get().values()) {
        assertThat(group.members()).hasSize(members);
        assertThat(group.members())
            .allMatch(member -> member.assignment().topicPartitions().size() == share);
      }
    }
  }
}
