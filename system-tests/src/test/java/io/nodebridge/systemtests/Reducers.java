package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.BreakableStack;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/// The reducers of a stack, and load for them.
final class Reducers {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final BreakableStack stack;
  private final List<String> replicas = new ArrayList<>();

  Reducers(BreakableStack stack) {
    this.stack = stack;
  }

  /// Starts one more; it may never become ready.
  URI replica(String name, Map<String, String> overrides) throws IOException {
    replicas.add(name);
    return stack.replica("reducer", name, overrides);
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
    if (!stack.process("reducer").isAlive()) {
      stack.restart("reducer");
    }
  }

  void awaitReady(URI reducer) {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> ready(reducer));
  }

  private static boolean ready(URI service) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(service.resolve("/health/ready")).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
  }

  /// What its `/metrics` says.
  double figure(URI reducer, String name) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(reducer.resolve("/metrics")).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /// Whether its process stands still (SIGSTOP).
  boolean stopped(String name) throws IOException {
    Path status = Path.of("/proc", Long.toString(stack.process(name).pid()), "status");
    return Files.readString(status).contains("State:\tT");
  }

  /// How many have a partition.
  int owners() throws SQLException {
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT count(DISTINCT owner) FROM reducer.position")) {
      row.next();
      return row.getInt(1);
    }
  }

  static CompletableFuture<Void> writing(EventLedger ledger, int perSecond, int count) {
    return writing(ledger, perSecond, count, () -> true);
  }

  /// Writes so many again and again, until it is enough.
  static CompletableFuture<Void> writing(
      EventLedger ledger, int perSecond, int count, BooleanSupplier enough) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            do {
              ledger.write(count, perSecond);
            } while (!enough.getAsBoolean());
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
