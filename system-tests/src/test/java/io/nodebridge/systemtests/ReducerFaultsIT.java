package io.nodebridge.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stacks;
import java.io.IOException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is killed, paused or repeated: each workflow is counted once, and the sums are the
/// writer's own.
class ReducerFaultsIT {
  private static final int COUNT = 3_000;
  private static final int PER_SECOND = 500;
  private static final int CUTS = 5;
  private static final Duration CHANGE = Duration.ofSeconds(5);

  private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");

  @TempDir private static Path folder;

  private static BreakableStack stack;

  private final List<String> replicas = new ArrayList<>();

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

  @AfterEach
  void noReplicaRuns() throws Exception {
    for (String replica : replicas) {
      if (stack.process(replica).isAlive()) {
        stack.kill(replica);
      }
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
        replica(name, CrashAgent.dieAt(folder, point, 2));
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
      URI second = replica("reducer-2", Map.of());
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
      URI second = replica("reducer-3", Map.of());
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
  void aConnectionCutAfterTheCommitAndBeforeItsReplyDoublesNothing() throws Exception {
    stack.kill("reducer");
    try (EventLedger ledger = new EventLedger(stack, "cut", 7);
        CommitCutter cutter = CommitCutter.before(stack.postgres(), "INSERT INTO workflow ")) {
      URI behind = replica("reducer-4", Map.of("DATABASE_URL", cutter.address().url()));
      await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> ready(behind));
      CompletableFuture<Void> writing = inBackground(ledger, 2 * COUNT);
      for (int cut = 1; cut <= CUTS; cut++) {
        int expected = cut;
        cutter.arm();
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> assertThat(cutter.cuts()).isEqualTo(expected));
      }
      assertThat(writing).as("the load ran while connections were cut").isNotDone();
      writing.get(60, TimeUnit.SECONDS);
      ledger.assertCountedOnce();
      stack.stop("reducer-4");
    }
  }

  @Test
  void aReducerThatJoinsAndLeavesEveryFiveSecondsChangesNoSum() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "guests", 8)) {
      CompletableFuture<Void> writing = inBackground(ledger, 5 * COUNT);
      int changes = 0;
      while (!endedWithin(CHANGE, writing)) {
        String guest = "guest-" + changes / 2;
        boolean joins = changes++ % 2 == 0;
        if (joins) {
          replica(guest, Map.of());
        } else if (changes % 4 == 2) {
          stack.kill(guest);
        } else {
          stack.stop(guest);
        }
        await().atMost(Duration.ofSeconds(15)).until(() -> owners() == (joins ? 2 : 1));
      }
      if (changes % 2 == 1) {
        stack.stop("guest-" + changes / 2);
      }
      assertThat(changes).as("joined or left while load ran").isGreaterThanOrEqualTo(3);
      ledger.assertCountedOnce();
    }
  }

  @Test
  void lagAndWatermarkDelayGrowWhileNothingCanBeCommitted() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "behind", 9);
        Connection other = stack.postgres().connect();
        Statement lock = other.createStatement()) {
      ledger.write(100, PER_SECOND);
      ledger.assertCountedOnce();
      other.setAutoCommit(false);
      lock.execute("LOCK TABLE reducer.workflow IN EXCLUSIVE MODE");
      ledger.write(100, PER_SECOND);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                assertThat(meter("lag_records")).isPositive();
                assertThat(meter("lag_seconds")).isGreaterThan(2);
                assertThat(meter("watermark_delay_seconds")).isGreaterThan(2);
              });
      other.rollback();
      ledger.assertCountedOnce();
      await().untilAsserted(() -> assertThat(meter("lag_records")).isZero());
      assertThat(meter("lag_seconds")).isZero();
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
        .contains("\"state\":\"FAILED\"")
        .doesNotContain("\"state\":\"COMPLETED\"");
    assertThat(get("/v1/namespaces/lists/windows"))
        .contains("\"processingMicrosP99\"", "\"upTo1MiB\"", "\"text/plain\"");
    assertThat(get("/v1/late-events")).contains("\"namespace\":\"lists\"");
    assertThat(get("/v1/workflows?state=DONE")).contains("must be one of", "COMPLETED");
    assertThat(get("/v1/workflows?cursor=x")).contains("must be the \\\"next\\\"");
    assertThat(get("/v1/workflows?from=today")).contains("RFC 3339");
    assertThat(get("/v1/workflows?stat=FAILED")).contains("\"field\":\"stat\"");
  }

  private static double meter(String name) throws Exception {
    String line = "\nnodebridge_reducer_" + name + " ";
    String metrics = get("/metrics");
    int value = metrics.indexOf(line) + line.length();
    assertThat(value).as(name + " is there").isGreaterThanOrEqualTo(line.length());
    return Double.parseDouble(metrics.substring(value, metrics.indexOf('\n', value)));
  }

  private static String get(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(stack.reducer().resolve(path)).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private URI replica(String name, Map<String, String> overrides) throws IOException {
    replicas.add(name);
    return stack.replica("reducer", name, overrides);
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

  private static boolean endedWithin(Duration time, CompletableFuture<Void> writing)
      throws Exception {
    try {
      writing.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
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
