package io.nodebridge.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.measure.HeapLow;
import io.nodebridge.bench.stack.Stack;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Ten times as much is asked for as can be done: what can be done is done all the same, the rest
/// is refused at once, and nothing that was accepted is lost.
@EnabledIfSystemProperty(named = "bench.profile", matches = "soak")
class OverloadIT {
  private static final int BATCH = 100;
  private static final int LINES = 16;
  private static final int TIMES = 10;
  // All partitions remember as many ended workflows as they ever will.
  private static final int MEMORY_IS_FULL = 180_000;
  private static final Duration SLICE = Duration.ofSeconds(20);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String NAMESPACE = "overload";
  private static final String BODY =
      "{\"requests\":["
          + String.join(
              ",",
              Collections.nCopies(
                  BATCH,
                  "{\"definition\":\"local\",\"namespace\":\"overload\",\"content\":{\"text\":\"x\"}}"))
          + "]}";

  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();

  private Stack stack;
  private HttpClient http;

  /// What was asked for and done in a slice of time, each second.
  private record Slice(double asked, double done, double heapMiB) {}

  @Test
  void tenTimesThePeakLeavesThePeakTheHeapAndWhatFollowsAsTheyWere() throws Exception {
    stack = TestStacks.chosen();
    try (HttpClient client = HttpClient.newHttpClient()) {
      http = client;
      while (ended() < MEMORY_IS_FULL) {
        asMuchAsIsTaken(SLICE);
      }
      Slice peak = asMuchAsIsTaken(SLICE);
      long refusedBefore = refused.get();
      Slice first = atRate(TIMES * peak.done(), SLICE);
      Slice second = atRate(TIMES * peak.done(), SLICE);
      long end = System.nanoTime();
      await().atMost(LIMIT).until(this::oneEndsWithinASecond);
      System.out.printf(
          "peak %.0f workflows/s; asked for %.0f and %.0f/s, done %.0f and %.0f/s; heap %.0f, %.0f"
              + " and %.0f MiB; normal again after %.1f s; %d accepted, %d refused, %d"
              + " unanswered%n",
          peak.done(),
          first.asked(),
          second.asked(),
          first.done(),
          second.done(),
          peak.heapMiB(),
          first.heapMiB(),
          second.heapMiB(),
          (System.nanoTime() - end) / 1e9,
          accepted.get(),
          refused.get(),
          unanswered.get());
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(ended()).isGreaterThanOrEqualTo(accepted.get()));
      // What was not answered may have been accepted, and no more than that.
      assertThat(ended()).isLessThanOrEqualTo(accepted.get() + unanswered.get());
      assertThat(first.asked()).isGreaterThan(0.9 * TIMES * peak.done());
      assertThat(refused.get()).as("refused").isGreaterThan(refusedBefore);
      assertThat(first.done()).isGreaterThanOrEqualTo(0.8 * peak.done());
      assertThat(second.done()).isGreaterThanOrEqualTo(0.8 * peak.done());
      assertThat(second.heapMiB()).isLessThan(1.2 * first.heapMiB());
    }
  }

  // Each line asks again as soon as it is answered.
  private Slice asMuchAsIsTaken(Duration time) throws Exception {
    return during(
        threads -> {
          long end = System.nanoTime() + time.toNanos();
          for (int i = 0; i < LINES; i++) {
            threads.execute(
                () -> {
                  while (System.nanoTime() < end) {
                    post();
                  }
                });
          }
          LockSupport.parkNanos(time.toNanos());
        });
  }

  // Whatever is answered, and whenever.
  private Slice atRate(double perSecond, Duration time) throws Exception {
    long count = Math.round(perSecond / BATCH * time.toSeconds());
    return during(
        threads -> {
          long begin = System.nanoTime();
          for (long i = 1; i <= count; i++) {
            threads.execute(this::post);
            LockSupport.parkNanos(begin + time.toNanos() / count * i - System.nanoTime());
          }
        });
  }

  private interface Load {
    void on(ExecutorService threads);
  }

  private Slice during(Load load) throws Exception {
    long askedBefore = accepted.get() + refused.get() + unanswered.get();
    long doneBefore = ended();
    long begin = System.nanoTime();
    try (HeapLow heap = HeapLow.watch(stack.orchestrator());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      load.on(threads);
      double seconds = (System.nanoTime() - begin) / 1e9;
      double done = (ended() - doneBefore) / seconds;
      threads.shutdown();
      assertThat(threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      double asked = (accepted.get() + refused.get() + unanswered.get() - askedBefore) / seconds;
      return new Slice(asked, done, heap.mebibytes());
    }
  }

  private void post() {
    try {
      HttpResponse<String> answer = http.send(request("/v1/workflows:batch", BODY).build(), text());
      int taken = answer.body().split("\"status\":202", -1).length - 1;
      accepted.addAndGet(taken);
      refused.addAndGet(BATCH - taken);
    } catch (IOException e) {
      unanswered.addAndGet(BATCH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean oneEndsWithinASecond() throws IOException, InterruptedException {
    String body = "{\"definition\":\"local\",\"content\":{\"text\":\"x\"}}";
    long begin = System.nanoTime();
    HttpRequest request = request("/v1/workflows", body).header("Prefer", "wait=10").build();
    int status = http.send(request, text()).statusCode();
    return status == 200 && System.nanoTime() - begin < Duration.ofSeconds(1).toNanos();
  }

  private HttpRequest.Builder request(String path, String body) {
    return HttpRequest.newBuilder(stack.orchestrator().resolve(path))
        .timeout(LIMIT)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private long ended() throws Exception {
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT coalesce(sum(completed), 0) FROM reducer.namespace WHERE namespace = '"
                    + NAMESPACE
                    + "'")) {
      row.next();
      return row.getLong(1);
    }
  }
}
