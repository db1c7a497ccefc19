package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.NodeHealth;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.node.Node;
import io.nodebridge.introspection.node.NodeIdentity;
import io.nodebridge.introspection.node.Vitals;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs that are not ours as nodes: as the README and the protocol's page write them.
class NodeLibraryIT {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int MOST_LINES_IN_JAVA = 10;
  private static final int MOST_LINES_ELSEWHERE = 40;
  private static final Pattern CORRELATION = Pattern.compile("\"correlationId\":\"([^\"]+)\"");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static Stack stack;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    stack = TestStacks.chosen();
  }

  @Test
  void theReadmesProgramIsANodeUntilItEnds() throws Exception {
    String program = Documented.example("README.md", "java");
    assertThat(program.lines().count()).isLessThanOrEqualTo(MOST_LINES_IN_JAVA);
    Path file = folder.resolve("Billing.java");
    Files.writeString(file, program.replace("localhost:9092", stack.kafka()));
    Process billing =
        Documented.started(
            Map.of(),
            Documented.JAVA,
            "-cp",
            System.getProperty("java.class.path"),
            file.toString());
    try {
      awaitNode("billing-1", "\"status\":\"ALIVE\"", "\"cpuPercent\"", "\"stale\":false");
      assertThat(get("/v1/nodes?type=effect&state=alive&capability=invoice.send").body())
          .contains("billing-1")
          .doesNotContain("stamping-1");
      try (OutputStream keyboard = billing.getOutputStream()) {
        keyboard.write('\n');
      }
      awaitNode("billing-1", "\"status\":\"LEFT\"");
      assertThat(billing.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(billing.exitValue()).isZero();
    } finally {
      billing.destroyForcibly();
    }
  }

  @Test
  void aProgramInPythonIsHeardAnswersAndLeaves() throws Exception {
    String python = Documented.pythonWithKafka();
    assumeTrue(
        python != null,
        "no python3 with confluent_kafka here (Debian: python3-confluent-kafka); not tried");
    String program = Documented.example("docs/node-protocol.md", "python");
    assertThat(program.lines().count()).isLessThanOrEqualTo(MOST_LINES_ELSEWHERE);
    Path file = folder.resolve("node.py");
    Files.writeString(file, program);
    Process node =
        Documented.started(
            Map.of(),
            python,
            file.toString(),
            stack.kafka(),
            "python-1",
            "invoice.print",
            "http://localhost:9000");
    try {
      awaitNode("python-1", "\"status\":\"ALIVE\"", "invoice.print", "http://localhost:9000");
      Matcher asked = CORRELATION.matcher(ask("{\"targetTypes\":[\"effect\"]}"));
      assertThat(asked.find()).isTrue();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(get("/v1/introspections/" + asked.group(1)).body())
                      .contains("\"answered\":[\"python-1\"]"));
      node.destroy();
      awaitNode("python-1", "\"status\":\"LEFT\"");
    } finally {
      node.destroyForcibly();
    }
  }

  @Test
  void theNewestLifeOfANodeIsTheOneThatCounts() throws Exception {
    long born = System.currentTimeMillis();
    try (Node _ = life(born)) {
      awaitNode("twin-1", "\"status\":\"ALIVE\"", "\"incarnation\":" + born);
      try (Node _ = life(born + 1)) {
        // The older one beats on, and is not heard any more.
        awaitNumber("twin-1", "sequence", 4, "\"incarnation\":" + (born + 1));
      }
      awaitNode("twin-1", "\"status\":\"LEFT\"", "\"incarnation\":" + (born + 1));
      long before = number("uptimeSeconds", node("stamping-1"));
      awaitNumber("stamping-1", "uptimeSeconds", before + 1, "\"status\":\"ALIVE\"");
      assertThat(node("twin-1")).contains("\"status\":\"LEFT\"");
    }
  }

  @Test
  void theRegistryFindsByTypeStateAndCapabilityAndRefusesTheRest() throws Exception {
    awaitNode("stamping-1", "\"status\":\"ALIVE\"", "\"history\":[{");
    assertThat(get("/v1/nodes?capability=content.hash").body())
        .contains("stamping-1")
        .doesNotContain("reducer-1");
    assertThat(get("/v1/nodes?type=reducer&state=ALIVE").body())
        .contains("reducer-1")
        .doesNotContain("stamping-1");
    assertThat(get("/v1/nodes?state=dead").body()).doesNotContain("stamping-1");
    assertRefused(get("/v1/nodes?state=asleep"), 400, "alive, suspect, dead, left");
    assertRefused(get("/v1/nodes?colour=red"), 400, "colour");
    assertRefused(get("/v1/nodes/nobody-1"), 404, "nobody-1");
    assertThat(get("/openapi").body()).startsWith("openapi: 3.1").contains("/v1/nodes/{id}");
  }

  private static Node life(long incarnation) {
    return Node.start(
        new NodeIdentity(
            "twin-1",
            incarnation,
            "twin",
            NodeType.COMPUTE,
            "1",
            List.of(),
            new Endpoints(null, null, null),
            new Introspection.Limits(1, 64)),
        new KafkaClients(stack.kafka(), Map.of()),
        SECOND,
        new Vitals(
            () -> NodeHealth.HEALTHY, () -> 0, () -> new Heartbeat.Resources(1, 2, 3, 4, false)));
  }

  private static long number(String field, String node) {
    Matcher number = Pattern.compile("\"" + field + "\":(\\d+)").matcher(node);
    assertThat(number.find()).as(field + " is in " + node).isTrue();
    return Long.parseLong(number.group(1));
  }

  // Or more: a beat may pass between two looks.
  private static void awaitNumber(String id, String field, long atLeast, String says) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              String node = node(id);
              assertThat(node).contains(says);
              assertThat(number(field, node)).isGreaterThanOrEqualTo(atLeast);
            });
  }

  private static void awaitNode(String id, String... says) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(node(id)).contains(says));
  }

  private static String node(String id) throws IOException, InterruptedException {
    return get("/v1/nodes/" + id).body();
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String says) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(says);
  }

  private static String ask(String wanted) throws IOException, InterruptedException {
    URI url = stack.registry().resolve("/v1/introspections");
    return HTTP.send(
            HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(wanted))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(stack.registry().resolve(path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
