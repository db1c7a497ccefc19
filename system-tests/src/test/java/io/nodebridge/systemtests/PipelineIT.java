package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.Accepted;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// One request through every real part, and what the edges do with bad input.
class PipelineIT {
  private static final JsonCodec<Accepted> ACCEPTED = JsonCodec.of(Accepted.class);
  private static final String REQUESTS = Topic.REQUESTS.topicName();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static Stack stack;

  @BeforeAll
  static void start() throws Exception {
    stack = TestStacks.chosen();
  }

  @Test
  void aRequestIsStampedAndItsCommittedRowIsRead() throws Exception {
    HttpResponse<String> posted = post("{\"namespace\":\"it\",\"content\":{\"text\":\"hello\"}}");
    assertThat(posted.statusCode()).isEqualTo(202);
    UUID id = ACCEPTED.decode(posted.body().getBytes(StandardCharsets.UTF_8)).workflowId();
    assertThat(posted.headers().firstValue("Location"))
        .hasValue(stack.reducer().resolve("/v1/workflows/" + id).toString());
    HttpResponse<String> read = get(stack.reducer().resolve("/v1/workflows/" + id), "wait=10");
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.body())
        .contains("\"state\":\"COMPLETED\"")
        .contains(ContentHash.of("hello".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void theLargestContentIsStamped() throws Exception {
    String text = "x".repeat(512 * 1024);
    HttpResponse<String> posted = post("{\"content\":{\"text\":\"" + text + "\"}}");
    assertThat(posted.statusCode()).isEqualTo(202);
    UUID id = ACCEPTED.decode(posted.body().getBytes(StandardCharsets.UTF_8)).workflowId();
    assertThat(get(stack.reducer().resolve("/v1/workflows/" + id), "wait=10").body())
        .contains("\"state\":\"COMPLETED\"")
        .contains(ContentHash.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void badInputIsAProblemThatNamesFieldAndRule() throws Exception {
    assertProblem(post("{\"namespace\":\"No!\",\"content\":{\"text\":\"x\"}}"), 400, "namespace");
    assertProblem(post("{\"contnt\":1}"), 400, "contnt");
    assertProblem(post("{\"content\":{\"text\":7}}"), 400, "text");
    assertProblem(post("{\"intelligence\":\"yes\"}"), 400, "must be true or false");
    assertProblem(
        post("{\"contentType\":\"a\\u0000\",\"content\":{\"text\":\"x\"}}"), 400, "contentType");
    assertProblem(post("{\"namespace\":\"a\",\"namespace\":\"b\"}"), 400, "Duplicate");
    assertProblem(post("{\"metadata\":" + "{\"a\":".repeat(10_000)), 400, "must be text");
    assertProblem(
        post("{\"content\":{\"text\":\"" + "x".repeat(512 * 1024 + 1) + "\"}}"), 400, "content");
    assertProblem(post("{}"), 400, "content");
    assertProblem(post(""), 400, "body");
    assertProblem(post("{\"content\":{\"text\":\"" + "x".repeat(2 << 20) + "\"}}"), 413, "body");
    HttpRequest text =
        HttpRequest.newBuilder(stack.orchestrator().resolve("/v1/workflows"))
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    assertProblem(HTTP.send(text, HttpResponse.BodyHandlers.ofString()), 415, "Content-Type");
    assertProblem(get(stack.reducer().resolve("/v1/workflows/nope"), ""), 400, "id");
    assertProblem(
        get(stack.reducer().resolve("/v1/workflows/" + UUID.randomUUID()), ""),
        404,
        "not yet visible");
  }

  @Test
  void theReadSideDescribesItself() throws Exception {
    HttpResponse<String> document = get(stack.reducer().resolve("/openapi"), "");
    assertThat(document.statusCode()).isEqualTo(200);
    assertThat(document.headers().firstValue("Content-Type")).hasValue("application/yaml");
    assertThat(document.body()).startsWith("openapi: 3.1").contains("/v1/workflows/{id}");
  }

  @Test
  void aWrongPathMethodOrParameterIsTheCallersFault() throws Exception {
    URI write = stack.orchestrator();
    URI read = stack.reducer();
    for (URI url :
        List.of(
            write.resolve("/v1/workflows"),
            read.resolve("/v1/workflows"),
            read.resolve("/v1/workflows/" + UUID.randomUUID()),
            read.resolve("/v1/dead-letters"),
            stack.registry().resolve("/v1/nodes"))) {
      HttpResponse<String> answer = request("PUT", url, "");
      assertProblem(answer, 405, "PUT");
      assertThat(answer.headers().firstValue("Allow")).isPresent();
    }
    assertProblem(get(write.resolve("/v1/workflow"), ""), 404, "/v1/workflow");
    assertProblem(get(read.resolve("/"), ""), 404, "no-such-resource");
    Map<String, String> queries =
        Map.of(
            "namespace=%00", "namespace",
            "namespace=UPPER", "namespace",
            "state=LOST", "state",
            "limit=0", "limit",
            "limit=many", "limit",
            "cursor=x", "cursor",
            "from=yesterday", "from",
            "to=%2B1000000000-01-01T00:00:00Z", "to",
            "nonsense=1", "nonsense");
    for (Map.Entry<String, String> query : queries.entrySet()) {
      assertProblem(
          get(read.resolve("/v1/workflows?" + query.getKey()), ""), 400, query.getValue());
    }
    assertProblem(get(read.resolve("/v1/late-events?limt=1"), ""), 400, "limt");
    assertProblem(get(read.resolve("/v1/dead-letters?limt=1"), ""), 400, "limt");
    assertProblem(get(read.resolve("/v1/namespaces?x=1"), ""), 400, "x");
    assertProblem(get(read.resolve("/v1/workflows?limit=1&limit=2"), ""), 400, "given once");
    assertProblem(get(read.resolve("/v1/namespaces/%00/windows"), ""), 400, "namespace");
    assertProblem(get(stack.registry().resolve("/v1/nodes?state=LOST"), ""), 400, "state");
    assertProblem(get(stack.registry().resolve("/v1/nodes/%00"), ""), 404, "unknown-node");
  }

  /// A record that nobody can run: the bytes, what is wrong with its type, and a part of the
  /// reason.
  private record Poison(byte[] value, @Nullable String type, String reason) {}

  private static List<Poison> poisons() {
    byte[] noUtf8 = utf8("{\"filePath\":\"?\",\"content\":{\"text\":\"x\"}}");
    noUtf8[13] = (byte) 0xff;
    String hello = "{\"content\":{\"text\":\"hello\"}}";
    return List.of(
        new Poison(utf8("{\"content\":{\"text\":\"trunc"), null, "unreadable"),
        new Poison(utf8("{\"metadata\":" + "{\"a\":".repeat(100_000)), null, "must be text"),
        new Poison(utf8("{\"unknown\":" + "[".repeat(100_000)), null, "nesting depth"),
        new Poison(noUtf8, null, "Invalid UTF-8"),
        new Poison(utf8("{\"content\":{\"text\":7}}"), null, "text: must be text (found: 7)"),
        new Poison(utf8("{\"namespace\":\"a\",\"namespace\":\"a\"}"), null, "Duplicate"),
        new Poison(
            utf8("{\"content\":{\"text\":\"" + "x".repeat(512 * 1024 + 1) + "\"}}"),
            null,
            "must not exceed 524288 bytes"),
        new Poison(utf8(hello), "io.nodebridge.workflow.requested.v2", "ce_type: must be"),
        new Poison(new byte[0], null, "a JSON object is required"));
  }

  @Test
  void eachUnreadableRecordBecomesADeadLetterWithItsBytesAndThePartitionMovesOn() throws Exception {
    String key = UUID.randomUUID().toString();
    int partition = Topic.REQUESTS.partitionOf(key);
    try (Producer<String, byte[]> producer =
        new KafkaClients(stack.kafka(), Map.of()).producer("poison")) {
      for (Poison poison : poisons()) {
        var request = new ProducerRecord<>(REQUESTS, partition, key, poison.value());
        if (poison.type() != null) {
          request.headers().add("ce_type", utf8(poison.type()));
        }
        send(producer, request);
      }
      send(producer, new ProducerRecord<>(REQUESTS, partition, key, null));
      send(producer, new ProducerRecord<>(REQUESTS, partition, "no-uuid-" + key, utf8("{}")));
      // What is no event on the event log is passed over there too.
      send(producer, new ProducerRecord<>(Topic.EVENTS.topicName(), partition, key, utf8("{")));
      String good = "{\"later\":\"a field of a newer writer\",\"content\":{\"text\":\"good\"}}";
      var request = new ProducerRecord<>(REQUESTS, partition, key, utf8(good));
      // What is no trace context is dropped; a worker could not be sent it.
      request.headers().add("traceparent", utf8("a\nb"));
      send(producer, request);
    }

    assertThat(get(stack.reducer().resolve("/v1/workflows/" + key), "wait=10").body())
        .contains("COMPLETED");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              String rows = get(stack.reducer().resolve("/v1/dead-letters"), "").body();
              assertThat(rows).contains("no-uuid-" + key, "ce_type: this header is required");
              for (Poison poison : poisons()) {
                String bytes = Base64.getEncoder().encodeToString(poison.value());
                assertThat(rows.contains("\"value\":\"" + bytes + "\""))
                    .as(poison.reason())
                    .isTrue();
                assertThat(rows.contains(poison.reason())).as(poison.reason()).isTrue();
              }
            });
  }

  @Test
  void aRejectionThatIsToldAgainIsOneDeadLetterUnderItsOrigin() throws Exception {
    UUID topic = UUID.randomUUID();
    Claim highest = new Claim(Integer.MAX_VALUE, 1);
    try (Producer<String, byte[]> producer =
        new KafkaClients(stack.kafka(), Map.of()).producer("rejections")) {
      send(producer, rejection(topic, 70, highest));
      send(producer, rejection(topic, 70, highest));
      // Every partition has been claimed: whoever has no claim has lost it.
      send(producer, rejection(topic, 71, null));
      send(producer, rejection(topic, 72, highest));
      send(producer, rejection(topic, 70, highest));
      send(producer, rejection(topic, 73, highest));
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(get(stack.reducer().resolve("/v1/dead-letters"), "").body())
                    .contains(topic + "\",\"partition\":3,\"offset\":73"));
    String rows = get(stack.reducer().resolve("/v1/dead-letters"), "").body();
    assertThat(rows.split(topic.toString(), -1)).as("dead letters of the topic").hasSize(1 + 3);
    assertThat(rows)
        .contains(topic + "\",\"partition\":3,\"offset\":70")
        .contains(topic + "\",\"partition\":3,\"offset\":72");
  }

  private static ProducerRecord<String, byte[]> rejection(
      UUID topic, long offset, @Nullable Claim claim) {
    var rejection = new ProducerRecord<>(Topic.EVENTS.topicName(), 3, "key", utf8("{"));
    new Envelope(
            MessageType.WORKFLOW_REJECTED,
            UUID.randomUUID(),
            "/nodebridge/test/1",
            Instant.now(),
            "key",
            null,
            offset)
        .writeTo(rejection.headers());
    rejection.headers().add("nb_origin", utf8(topic + "/3/" + offset));
    if (claim != null) {
      claim.writeTo(rejection.headers());
    }
    return rejection;
  }

  @Test
  void everyServiceIsSeenAliveByTheRegistry() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(get(stack.registry().resolve("/v1/nodes?state=ALIVE"), "").body())
                    .contains("orchestrator-1")
                    .contains("reducer-1")
                    .contains("stamping-1"));
  }

  private static void send(
      Producer<String, byte[]> producer, ProducerRecord<String, byte[]> request) throws Exception {
    producer.send(request).get(10, TimeUnit.SECONDS);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertProblem(HttpResponse<String> response, int status, String fragment) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(response.body()).contains(fragment);
  }

  private static HttpResponse<String> request(String method, URI url, String body)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return request("POST", stack.orchestrator().resolve("/v1/workflows"), body);
  }

  private static HttpResponse<String> get(URI url, String prefer)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(url).header("Prefer", prefer.isEmpty() ? "none" : prefer).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
