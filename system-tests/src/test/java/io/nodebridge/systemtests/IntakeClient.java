package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowOutcome;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/// A client of all the ways in, and of who owns what.
final class IntakeClient {
  private static final JsonCodec<WorkflowOutcome> OUTCOME = JsonCodec.of(WorkflowOutcome.class);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Stack stack;

  IntakeClient(Stack stack) {
    this.stack = stack;
  }

  HttpResponse<byte[]> post(URI orchestrator, String key, String body, int wait) throws Exception {
    return posting(orchestrator, key, body, wait).get();
  }

  CompletableFuture<HttpResponse<byte[]>> posting(
      URI orchestrator, String key, String body, int wait) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(orchestrator.resolve("/v1/workflows"))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (wait > 0) {
      request.header("Prefer", "wait=" + wait);
    }
    return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<String> cancel(URI orchestrator, UUID id, String reason) throws Exception {
    return send(HttpRequest.newBuilder(orchestrator.resolve(cancelPath(id, reason))).DELETE());
  }

  CompletableFuture<HttpResponse<Void>> cancelling(URI orchestrator, UUID id, String reason) {
    return HTTP.sendAsync(
        HttpRequest.newBuilder(orchestrator.resolve(cancelPath(id, reason))).DELETE().build(),
        HttpResponse.BodyHandlers.discarding());
  }

  private static String cancelPath(UUID id, String reason) {
    return "/v1/workflows/" + id + (reason == null ? "" : "?reason=" + reason.replace(" ", "%20"));
  }

  HttpResponse<String> batch(String body) throws Exception {
    return send(
        HttpRequest.newBuilder(at("/v1/workflows:batch"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /// Writes to the request topic as a client of Kafka does, and waits for the acknowledgement.
  ///
  /// @param partition null for the id's own
  /// @param type null for a client that says none
  void sendToTheLog(Integer partition, UUID id, String body, MessageType type) throws Exception {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(Topic.REQUESTS.topicName(), partition, id.toString(), bytes(body));
    if (type != null) {
      record.headers().add("ce_type", bytes(type.word()));
    }
    try (Producer<String, byte[]> producer =
        new KafkaClients(stack.kafka(), Map.of()).producer("client")) {
      producer.send(record).get();
    }
  }

  /// Writes the same request so many times, under ids of one partition.
  void sendManyToTheLog(int partition, int count, String body) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (Producer<String, byte[]> producer =
        new KafkaClients(stack.kafka(), Map.of()).producer("many")) {
      Stream.generate(UUID::randomUUID)
          .map(UUID::toString)
          .filter(id -> Topic.REQUESTS.partitionOf(id) == partition)
          .limit(count)
          .map(id -> new ProducerRecord<>(Topic.REQUESTS.topicName(), id, bytes(body)))
          .forEach(record -> sent.add(producer.send(record)));
    }
    for (Future<RecordMetadata> one : sent) {
      one.get();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// An Idempotency-Key whose workflow, in the namespace `intake`, belongs to a partition.
  static String keyIn(int partition, String prefix) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> prefix + "-" + i)
        .filter(
            key ->
                Topic.REQUESTS.partitionOf(WorkflowIds.ofKey("intake", key).toString())
                    == partition)
        .findFirst()
        .orElseThrow();
  }

  WorkflowOutcome read(UUID id) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(stack.reducer().resolve("/v1/workflows/" + id))
            .header("Prefer", "wait=40");
    return OUTCOME.decode(send(request).body().getBytes(StandardCharsets.UTF_8));
  }

  String get(URI service, String path) throws Exception {
    return send(HttpRequest.newBuilder(service.resolve(path))).body();
  }

  URI at(String path) {
    return stack.orchestrator().resolve(path);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /// Waits until these, and no others, share all partitions and have claimed them.
  void awaitOwners(Map<String, URI> replicas) {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> shared(replicas));
  }

  /// Whether these, and no others, share all partitions and have claimed them.
  boolean shared(Map<String, URI> replicas) throws Exception {
    Map<String, Set<TopicPartition>> owned = owned();
    return owned.keySet().equals(replicas.keySet())
        && owned.values().stream().mapToInt(Set::size).sum() == Topic.REQUESTS.partitions()
        && replicas.values().stream().allMatch(this::ready);
  }

  private Map<String, Set<TopicPartition>> owned() throws Exception {
    try (Admin admin = new KafkaClients(stack.kafka(), Map.of()).admin("owned")) {
      return admin
          .describeConsumerGroups(List.of("nodebridge-orchestrator"))
          .describedGroups()
          .get("nodebridge-orchestrator")
          .get()
          .members()
          .stream()
          .collect(
              Collectors.toMap(
                  member -> member.clientId(), member -> member.assignment().topicPartitions()));
    }
  }

  private boolean ready(URI service) {
    try {
      return send(HttpRequest.newBuilder(service.resolve("/health/ready"))).statusCode() == 200;
    } catch (Exception e) {
      return false;
    }
  }
}
