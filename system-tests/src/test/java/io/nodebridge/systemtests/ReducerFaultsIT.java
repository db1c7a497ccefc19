package io.nodebridge.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stacks;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is killed, paused or repeated: each workflow is counted once, and the sums are the
/// writer's own.
class ReducerFaultsIT {
  private static final int COUNT = 3_000;
  private static final int PER_SECOND = 500;

  private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");

  @TempDir private static Path folder;

  private static BreakableStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack = Stacks.breakable(Places.fromSystemProperties(), Map.of());
  }

  @AfterAll
  static void stop() {
    if (stack != null) {
      stack.close();
    }
  }

  @BeforeEach
  void theReducerRuns() throws Exception {
    if (!stack.process("reducer").isAlive()) {
      stack.restart("reducer");
    }
  }

  @Test
  void repeatsPoisonAndLateEventsAreEachCountedAsWhatTheyAre() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "plain", 1)) {
      ledger.write(COUNT, 4 * PER_SECOND);
      ledger.assertCountedOnce();
    }
  }

  @Test
  void aCrashAtAnyPointCountsEachEventOnce() throws Exception {
    String[] points = {"reducer.claimed", "reducer.polled", "reducer.folded", "reducer.committed"};
    try (EventLedger ledger = new EventLedger(stack, "crash", 2)) {
      // Long enough that each of the dying has something to commit.
      CompletableFuture<Void> writing = inBackground(ledger, 4 * COUNT);
      stack.kill("reducer");
      for (String point : points) {
        String name = point.replace('.', '-');
        stack.replica("reducer", name, CrashAgent.dieAt(folder, point, 2));
        ProcessHandle dying = stack.process(name);
        await().atMost(Duration.ofSeconds(30)).until(() -> !dying.isAlive());
      }
      stack.restart("reducer");
      writing.get(60, TimeUnit.SECONDS);
      ledger.assertCountedOnce();
    }
  }

  @Test
  void anotherReducerTakesOverWithinTenSeconds() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "takeover", 3)) {
      URI second = stack.replica("reducer", "reducer-2", Map.of());
      await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> ready(second));
      await().atMost(Duration.ofSeconds(20)).until(() -> owners() == 2);
      CompletableFuture<Void> writing = inBackground(ledger, COUNT);

      stack.kill("reducer");
      long begin = System.nanoTime();
      await().atMost(Duration.ofSeconds(10)).until(() -> owners() == 1);
      System.out.printf("takeover after %.1f s%n", (System.nanoTime() - begin) / 1e9);

      writing.get(60, TimeUnit.SECONDS);
      stack.restart("reducer");
      stack.stop("reducer-2");
      ledger.assertCountedOnce();
    }
  }

  @Test
  void aPausedReducerThatWakesUpIsFenced() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "zombie", 4)) {
      CompletableFuture<Void> writing = inBackground(ledger, COUNT);
      stack.pause("reducer");
      URI second = stack.replica("reducer", "reducer-3", Map.of());
      // Ready means that the group has given it the paused one's partitions.
      await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> ready(second));
      stack.resume("reducer");
      writing.get(60, TimeUnit.SECONDS);
      ledger.assertCountedOnce();
      stack.stop("reducer-3");
    }
  }

  @Test
  void aDatabaseThatCrashesInMidCommitLosesAndDoublesNothing() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "postgres", 5)) {
      CompletableFuture<Void> writing = inBackground(ledger, COUNT);
      for (int i = 0; i < 3; i++) {
        await().ignoreExceptions().until(ReducerFaultsIT::killWriter);
      }
      writing.get(60, TimeUnit.SECONDS);
      ledger.assertCountedOnce();
    }
  }

  @Test
  void listsAreReadPageByPageAndWindowsWithTheirPercentiles() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "lists", 6)) {
      ledger.write(250, PER_SECOND);
      ledger.assertCountedOnce();
    }
    int seen = 0;
    String next = "";
    do {
      String page = get("/v1/workflows?namespace=lists&limit=100" + next);
      seen += page.split("\"workflowId\"", -1).length - 1;
      Matcher cursor = NEXT.matcher(page);
      next = cursor.find() ? "&cursor=" + cursor.group(1) : "";
    } while (!next.isEmpty());
    assertThat(seen).isEqualTo(250);
    assertThat(get("/v1/workflows?namespace=lists&state=FAILED"))
        .doesNotContain("COMPLETED\",\"seq");
    assertThat(get("/v1/namespaces/lists/windows"))
        .contains("\"processingMicrosP99\"", "\"upTo1MiB\"", "\"text/plain\"");
    assertThat(get("/v1/late-events")).contains("\"namespace\":\"lists\"");
    assertThat(get("/v1/workflows?state=DONE")).contains("must be one of", "COMPLETED");
    assertThat(get("/v1/workflows?cursor=x")).contains("must be the \\\"next\\\"");
    assertThat(get("/v1/workflows?from=today")).contains("RFC 3339");
    assertThat(get("/v1/workflows?stat=FAILED")).contains("\"field\":\"stat\"");
  }

  private static String get(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(stack.reducer().resolve(path)).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static CompletableFuture<Void> inBackground(EventLedger ledger, int count) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            ledger.write(count, PER_SECOND);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  // A backend that dies by a signal makes Postgres end all sessions and recover from its log.
  private static boolean killWriter() throws Exception {
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT pid FROM pg_stat_activity
                WHERE application_name = 'nodebridge-reducer-write' AND state = 'active'
                """)) {
      if (!row.next()) {
        return false;
      }
      return new ProcessBuilder("kill", "-KILL", row.getString(1)).start().waitFor() == 0;
    }
  }

  private static int owners() throws SQLException {
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT count(DISTINCT owner) FROM reducer.position")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static boolean ready(URI service) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(service.resolve("/health/ready")).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }
  }
}
