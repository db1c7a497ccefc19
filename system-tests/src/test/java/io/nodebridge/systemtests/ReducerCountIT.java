package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.load.Backlog;
import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What is repeated, unreadable or late is counted as what it is, and read back. And what that
/// costs: one round trip and one flush for a batch.
class ReducerCountIT {
  private static final int COUNT = 3_000;
  private static final int PER_SECOND = 500;
  private static final Duration ONE_MILLI = Duration.ofMillis(1);
  // What a partition without events sends, so that its windows close.
  private static final String MOVE = "SET watermark = ";
  private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");

  private static BreakableStack stack;
  private static Reducers reducers;

  @BeforeAll
  static void start() throws Exception {
    stack = TestStacks.shared();
    reducers = new Reducers(stack);
  }

  @AfterEach
  void noReplicaRuns() throws Exception {
    reducers.awaitAlone();
  }

  @Test
  void repeatsPoisonAndLateEventsAreEachCountedAsWhatTheyAre() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "plain", 1)) {
      ledger.write(COUNT, 4 * PER_SECOND);
      ledger.assertCountedOnce();
    }
  }

  @Test
  void eventsThatComeAgainWhileTheirWorkflowRunsChangeNothing() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "again", 10)) {
      ledger.writeRepeatsWhileItRuns();
      ledger.assertCountedOnce();
    }
  }

  @Test
  void aBatchIsOneRoundTripAndAtMostOneFlush() throws Exception {
    assertThat(stack.stop("reducer")).isZero();
    long segmentsBefore = segmentsOfTheLog();
    try (CommitCutter counter = CommitCutter.of(stack.postgres(), "INSERT INTO workflow ");
        Producer<String, byte[]> log = new KafkaClients(stack.kafka(), Map.of()).producer("one")) {
      URI behind = reducers.replica("reducer-5", Map.of("DATABASE_URL", counter.address().url()));
      reducers.awaitReady(behind);
      appendOneByOne(log, counter, 100);
      int runsBefore = counter.runs();
      int movesBefore = counter.runs(MOVE);
      int roundTripsBefore = counter.roundTrips();
      appendOneByOne(log, counter, COUNT / 4);
      int roundTrips = counter.roundTrips() - roundTripsBefore;
      int batches = counter.runs() - runsBefore;
      int moves = counter.runs(MOVE) - movesBefore;
      assertThat(batches).isGreaterThanOrEqualTo(COUNT / 4);
      // One of them may be under way at either end, and between two readings.
      assertThat(roundTrips).isCloseTo(batches + moves, within(2));

      // A backend tells what it did once a second at most, so this is counted from its beginning.
      await().until(() -> flushes(counter) >= batches / 2);
      long flushes = flushes(counter);
      int roundTripsInAll = counter.roundTrips();
      long segments = segmentsOfTheLog();
      System.out.printf(
          "%d batches, %d moves of a watermark, %d round trips; since it connected %d round trips,"
              + " %d flushes, %d segments of the log begun%n",
          batches, moves, roundTrips, roundTripsInAll, flushes, segments - segmentsBefore);
      // A segment is flushed when it is full, whoever filled it.
      assertThat(flushes).isLessThanOrEqualTo(roundTripsInAll + segments - segmentsBefore);
      stack.stop("reducer-5");
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
          .atMost(PATIENCE)
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

  // Each waits for a statement to be sent, so that a busy machine makes no larger batches of them.
  private static void appendOneByOne(Producer<String, byte[]> log, CommitCutter counter, int count)
      throws Exception {
    for (int i = 0; i < count; i++) {
      int before = counter.runs();
      log.send(Backlog.end(Topic.EVENTS.topicName(), "one")).get();
      await().pollDelay(Duration.ZERO).pollInterval(ONE_MILLI).until(() -> counter.runs() > before);
    }
  }

  // By the connections that have sent the statement.
  private static long flushes(CommitCutter counter) throws SQLException {
    try (Connection connection = stack.postgres().connect();
        PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT coalesce(sum(io.fsyncs), 0)
                FROM pg_stat_activity a, pg_stat_get_backend_io(a.pid) io
                WHERE a.client_port = ANY(?) AND io.object = 'wal' AND io.context = 'normal'
                """)) {
      statement.setArray(1, connection.createArrayOf("int", counter.ports().toArray()));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static long segmentsOfTheLog() throws SQLException {
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT (pg_current_wal_lsn() - '0/0')::bigint
                  / pg_size_bytes(current_setting('wal_segment_size'))
                """)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static double meter(String name) throws Exception {
    return reducers.figure(stack.reducer(), "nodebridge_reducer_" + name);
  }

  private static String get(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(stack.reducer().resolve(path)).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
