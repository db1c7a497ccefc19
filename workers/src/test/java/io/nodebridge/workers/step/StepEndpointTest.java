package io.nodebridge.workers.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StepEndpointTest {
  private static final int BOUND = 8;

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicInteger runs = new AtomicInteger();
  private final CountDownLatch go = new CountDownLatch(1);
  private final HttpClient http = HttpClient.newHttpClient();
  private @Nullable HttpEdge edge;

  @BeforeEach
  void start() {
    StepEndpoint endpoint =
        new StepEndpoint(
            "any.work",
            call -> {
              if ("quick".equals(call.step())) {
                return Map.of();
              }
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              int run = runs.incrementAndGet();
              if ("fails once".equals(call.step()) && run == 1) {
                throw new InvalidMessageException("step", "fails once", "must not");
              }
              return Map.of("run", run);
            },
            BOUND,
            meters);
    edge =
        HttpEdge.start(
            new HttpEdge.Listen("127.0.0.1", 0, 1 << 16),
            new Readiness(),
            meters,
            endpoint::routes);
  }

  @AfterEach
  void stop() {
    http.shutdownNow();
    if (edge != null) {
      edge.close();
    }
  }

  @Test
  void callsOfOneKeyAreDoneOnceAndGetOneAnswer() {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < BOUND; i++) {
      answers.add(call("id/hash", "{}"));
    }
    go.countDown();
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer.join().body()).isEqualTo("{\"result\":{\"run\":1}}");
    }
    assertThat(answers.getFirst().join().headers().firstValue("Server-Timing").orElse(""))
        .matches("work;dur=[0-9.]+");
    assertThat(call("id/other", "{}").join().body()).contains("\"run\":2");
    assertThat(call(null, "{}").join().body()).contains("\"run\":3");
    assertThat(meters.scrape())
        .contains("nodebridge_step_seconds_count{capability=\"any.work\"} 3");
  }

  @Test
  void aSlowCallHoldsUpNoOther() {
    // Both keys have one hash, and so one place in any table.
    CompletableFuture<HttpResponse<String>> slow = call("id/Aa", "{}");
    await().until(() -> inFlight(1));
    HttpResponse<String> quick =
        call("id/BB", "{\"step\":\"quick\"}").orTimeout(5, TimeUnit.SECONDS).join();
    assertThat(quick.statusCode()).isEqualTo(200);
    assertThat(slow).isNotDone();
    go.countDown();
    assertThat(slow.join().statusCode()).isEqualTo(200);
  }

  @Test
  void theRepeatsOfACallThatFailedTryItThemselves() {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < BOUND; i++) {
      answers.add(call("id/hash", "{\"step\":\"fails once\"}"));
    }
    await().until(() -> inFlight(BOUND));
    go.countDown();
    assertThat(answers.stream().map(answer -> answer.join().body()))
        .filteredOn(body -> !body.contains("must not"))
        .hasSize(BOUND - 1)
        .containsOnly("{\"result\":{\"run\":2}}");
  }

  @Test
  void oneMoreThanTheBoundIsAskedToComeAgain() throws InterruptedException {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < BOUND; i++) {
      answers.add(call("id/" + i, "{}"));
    }
    await().until(() -> inFlight(BOUND));
    HttpResponse<String> refused = call("id/more", "{}").join();
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(refused.body()).contains("at most 8 at once");
    go.countDown();
    assertThat(answers).allSatisfy(a -> assertThat(a.join().statusCode()).isEqualTo(200));
  }

  @Test
  void whatIsNoCallIsTheCallersFault() {
    go.countDown();
    assertThat(call("id/hash", "{").join().statusCode()).isEqualTo(400);
    assertThat(runs).hasValue(0);
  }

  private boolean inFlight(int calls) {
    return meters.scrape().contains("in_flight{capability=\"any.work\"} " + (double) calls);
  }

  private CompletableFuture<HttpResponse<String>> call(@Nullable String key, String body) {
    int port = edge == null ? 0 : edge.port();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/steps/any.work"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
