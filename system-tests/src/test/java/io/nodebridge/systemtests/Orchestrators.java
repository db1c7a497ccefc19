package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.events.kafka.KafkaClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;

/// The orchestrators of a stack, as their clients and their group see them.
final class Orchestrators {
  static final String GROUP = "nodebridge-orchestrator";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final BreakableStack stack;
  private final List<String> replicas = new ArrayList<>();

  Orchestrators(BreakableStack stack) {
    this.stack = stack;
  }

  /// Starts one more; it may never become ready.
  URI replica(String name, Map<String, String> overrides) throws IOException {
    replicas.add(name);
    return stack.replica("orchestrator", name, overrides);
  }

  void awaitReady(URI orchestrator) {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> ready(orchestrator));
  }

  void awaitOwners(int count) {
    await().atMost(PATIENCE).until(() -> owners() == count);
  }

  /// The stack's own one runs, and it alone. The others leave the group, which need not wait for
  /// them.
  void awaitAlone() throws Exception {
    for (String replica : replicas) {
      if (stack.process(replica).isAlive()) {
        stack.resume(replica);
        stack.stop(replica);
      }
    }
    replicas.clear();
    if (!stack.process("orchestrator").isAlive()) {
      stack.restart("orchestrator");
    }
  }

  boolean ready(URI service) throws IOException, InterruptedException {
    return HTTP.send(
                HttpRequest.newBuilder(service.resolve("/health/ready")).build(),
                HttpResponse.BodyHandlers.discarding())
            .statusCode()
        == 200;
  }

  /// Members of the group that have a partition.
  long owners() throws Exception {
    try (Admin admin = new KafkaClients(stack.kafka(), Map.of()).admin("owners")) {
      return admin
          .describeConsumerGroups(List.of(GROUP))
          .describedGroups()
          .get(GROUP)
          .get()
          .members()
          .stream()
          .map(MemberDescription::assignment)
          .filter(assignment -> !assignment.topicPartitions().isEmpty())
          .count();
    }
  }

  HttpRequest request(URI orchestrator, String key, String body) {
    return HttpRequest.newBuilder(orchestrator.resolve("/v1/workflows"))
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", key)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  HttpResponse<String> post(URI orchestrator, String key, String body)
      throws IOException, InterruptedException {
    return HTTP.send(request(orchestrator, key, body), HttpResponse.BodyHandlers.ofString());
  }

  String accepted(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    return UUID.fromString(response.body().replaceAll(".*\"workflowId\":\"([^\"]+)\".*", "$1"))
        .toString();
  }

  /// The row of a workflow, once it has ended.
  String read(String id) throws IOException, InterruptedException {
    return body(
        HttpRequest.newBuilder(stack.reducer().resolve("/v1/workflows/" + id))
            .header("Prefer", "wait=20"));
  }

  void awaitProcessing(String id) {
    URI row = stack.reducer().resolve("/v1/workflows/" + id);
    await().atMost(PATIENCE).until(() -> get(row).contains("\"state\":\"PROCESSING\""));
  }

  String get(URI url) throws IOException, InterruptedException {
    return body(HttpRequest.newBuilder(url));
  }

  private static String body(HttpRequest.Builder request) throws IOException, InterruptedException {
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
  }
}
