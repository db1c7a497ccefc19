package io.nodebridge.bench.measure;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/// Some workflows through a stack that others started, before anything is measured on it.
public final class Probe {
  // Enough that a second reducer behind the same address gets one of them.
  private static final int WORKFLOWS = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String A_NODE =
      "SELECT id, incarnation FROM registry.node WHERE status = 'ALIVE' ORDER BY id LIMIT 1";

  private Probe() {}

  /// Requires that workflows come through, that the addresses are those of one stack, and that its
  /// stamps are of this machine's clock.
  ///
  /// @throws IllegalArgumentException saying what is wrong and what to do
  public static void requireMeasurable(Stack stack, String namespace)
      throws IOException, InterruptedException {
    Ledger ledger = new Ledger();
    long records = events(stack);
    try (CommitFeed feed = CommitFeed.follow(stack.reducer());
        WorkflowClient client =
            new WorkflowClient(stack.orchestrator(), Contents.stamping(namespace), ledger)) {
      for (int number = 0; number < WORKFLOWS; number++) {
        requireThrough(client, feed, number, ledger);
      }
      if (events(stack) < records + WORKFLOWS) {
        throw refused(
            "wrote no events at kafka = \"%s\": must be the broker of its services"
                .formatted(stack.kafka()));
      }
      List<Check> wrong =
          Truth.compare(stack.postgres(), namespace, ledger).stream()
              .filter(check -> !check.ok())
              .toList();
      if (!wrong.isEmpty()) {
        throw refused("committed workflows that DATABASE_URL does not have: " + wrong);
      }
      requireRegistry(stack);
    } catch (SQLException e) {
      throw new IllegalArgumentException(
          "DATABASE_URL cannot read the reducer's and the registry's rows: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  private static void requireThrough(
      WorkflowClient client, CommitFeed feed, int number, Ledger ledger)
      throws InterruptedException {
    long begin = System.nanoTime();
    UUID id = client.post(number, begin);
    if (id == null) {
      throw refused("refused a first workflow: " + ledger.failures());
    }
    if (!feed.await(List.of(id), PATIENCE)) {
      throw refused(
          "took a workflow whose commit reducer-url does not tell within %d s: must be one stack"
                  .formatted(PATIENCE.toSeconds())
              + " with one orchestrator and one reducer, asked without a balancer");
    }
    requireOurClock(feed.commitOf(id).join(), begin, System.nanoTime());
  }

  /// Moments of a workflow that we saw begin and end lie between, if they are by our clock.
  static void requireOurClock(List<Long> moments, long beginNanos, long endNanos) {
    long early = Math.min(0, moments.getFirst() - beginNanos);
    long late = Math.max(0, moments.getLast() - endNanos);
    if (early < 0 || late > 0) {
      throw refused(
          String.format(
              Locale.ROOT,
              "stamps by another machine's clock (%.3f s off): run the bench where its services"
                  + " run",
              (early < 0 ? early : late) / 1e9));
    }
  }

  private static long events(Stack stack) {
    try (Consumer<String, byte[]> reader =
        new KafkaClients(stack.kafka(), Map.of()).reader("bench-probe", "latest")) {
      List<TopicPartition> partitions =
          IntStream.range(0, Topic.EVENTS.partitions())
              .mapToObj(partition -> new TopicPartition(Topic.EVENTS.topicName(), partition))
              .toList();
      return reader.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private static void requireRegistry(Stack stack)
      throws IOException, InterruptedException, SQLException {
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(A_NODE);
        HttpClient http = HttpClient.newHttpClient()) {
      if (!row.next()) {
        throw refused("has no live node in the database of DATABASE_URL");
      }
      URI node = stack.registry().resolve("/v1/nodes/" + row.getString(1));
      HttpRequest request = HttpRequest.newBuilder(node).timeout(PATIENCE).build();
      String told = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      if (!told.contains("\"incarnation\":" + row.getLong(2))) {
        throw refused(
            "has a registry at \"%s\" that does not tell of %s as DATABASE_URL does: must be of one stack"
                .formatted(stack.registry(), row.getString(1)));
      }
    }
  }

  private static IllegalArgumentException refused(String why) {
    return new IllegalArgumentException("the external stack " + why);
  }
}
