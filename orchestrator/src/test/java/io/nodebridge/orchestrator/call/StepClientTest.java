package io.nodebridge.orchestrator.call;

import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.events.message.StepCall;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.route.Instance;
import io.nodebridge.orchestrator.route.RoutingTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StepClientTest {
  private static final String DONE = "{\"result\":{\"answer\":42}}";

  private final AtomicInteger slow = new AtomicInteger();
  private volatile Handler handler = exchange -> reply(exchange, 200, DONE);
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private HttpServer worker;
  private RoutingTable table;
  private StepClient client;

  @BeforeEach
  void start() throws IOException {
    startWorker(0);
    URI address = URI.create("http://127.0.0.1:" + worker.getAddress().getPort());
    table =
        new RoutingTable(
            Map.of("content.hash", address), Duration.ofSeconds(60), Clock.systemUTC());
    client = new StepClient(table, new OrchestratorMeters(meters, null), Clock.systemUTC());
  }

  private void startWorker(int port) throws IOException {
    worker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    worker.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    worker.createContext("/", exchange -> handler.handle(exchange));
    worker.start();
  }

  @AfterEach
  void stopWorker() {
    client.close();
    worker.stop(0);
  }

  @Test
  void theCallerIsToldOfASlowWorkerBeforeItsAnswer() throws InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    answerWith(
        exchange -> {
          // Answers only after the caller was told: without that, this is the call's time-out.
          await(told);
          reply(exchange, 200, DONE);
        });

    StepResult result =
        call(
            () -> {
              slow.incrementAndGet();
              told.countDown();
            });

    assertThat(result).isInstanceOf(StepResult.Answer.class);
    assertThat(slow).hasValue(1);
  }

  @Test
  void aBusyWorkerIsAskedAgainAndABadRequestIsFinal() throws InterruptedException {
    for (int status : new int[] {408, 429, 500, 503}) {
      assertThat(failureOf(status).retryable()).as("status %d", status).isTrue();
    }
    for (int status : new int[] {400, 404, 422}) {
      assertThat(failureOf(status).retryable()).as("status %d", status).isFalse();
    }
  }

  @Test
  void anAnswerThatCannotBeReadIsAFailureAndNoResult() throws InterruptedException {
    answerWith(exchange -> reply(exchange, 200, "{\"result\":"));

    assertThat(call(() -> {}))
        .asInstanceOf(type(StepResult.Failure.class))
        .returns("worker_answer_unreadable", StepResult.Failure::code);
  }

  @Test
  void anAnswerThatWouldBeTooDeepInAnEventIsRefused() throws InterruptedException {
    answerWith(
        exchange ->
            reply(exchange, 200, "{\"result\":" + "{\"a\":".repeat(30) + "1" + "}".repeat(31)));

    assertThat(failure().code()).isEqualTo("worker_answer_unreadable");
  }

  @Test
  void whatIsShownOfAnErrorPageEndsBetweenCharacters() throws InterruptedException {
    answerWith(exchange -> reply(exchange, 400, "x".repeat(299) + "\ud83d\ude00"));

    assertThat(failure().message()).isEqualTo("x".repeat(299));
  }

  @Test
  void retryAfterIsKeptAsSecondsAndAsADate() throws InterruptedException {
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(UTC).plusHours(1));
    answerWith(exchange -> reply(exchange, 429, "no", "Retry-After", "7"));
    assertThat(failure().retryAfter()).isEqualTo(Duration.ofSeconds(7));
    answerWith(exchange -> reply(exchange, 503, "no", "Retry-After", date));
    assertThat(failure().retryAfter()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
    answerWith(exchange -> reply(exchange, 503, "no", "Retry-After", "soon"));
    assertThat(failure().retryAfter()).isZero();
  }

  @Test
  void theWorkersOwnTimeIsRead() throws InterruptedException {
    answerWith(exchange -> reply(exchange, 200, DONE, "Server-Timing", "db;dur=9, work;dur=1.5"));
    assertThat(called("content.hash", () -> {}).workNanos()).isEqualTo(1_500_000);
    answerWith(exchange -> reply(exchange, 200, DONE));
    assertThat(called("content.hash", () -> {}).workNanos()).isZero();
  }

  @Test
  void fiveBrokenAnswersInARowOpenTheBreakerAndRefusalsDoNot() throws InterruptedException {
    for (int status : new int[] {500, 500, 500, 500, 400, 500, 429, 500, 408, 500, 503}) {
      failureOf(status);
    }
    assertThat(breakerStates()).containsExactly(0);
    failureOf(500);
    assertThat(breakerStates()).containsExactly(2);
  }

  @Test
  void aConnectionThatBreaksIsAFailureOfItsInstance() throws InterruptedException {
    answerWith(HttpExchange::close);
    for (int i = 0; i < 5; i++) {
      assertThat(failure())
          .returns("worker_unreachable", StepResult.Failure::code)
          .returns(true, StepResult.Failure::retryable);
    }
    assertThat(breakerStates()).containsExactly(2);
  }

  @Test
  void withoutAnInstanceTheStepWaitsAndThenFailsRetryably() throws InterruptedException {
    StepResult.Called called =
        client.call(
            "content.insight",
            new StepCall(new UUID(1, 1), "insight", 1, "acme", Map.of()),
            Duration.ofMillis(10),
            in(Duration.ofSeconds(5)),
            null,
            null,
            slow::incrementAndGet);

    assertThat(called.instance()).isNull();
    assertThat(called.result())
        .asInstanceOf(type(StepResult.Failure.class))
        .returns("no_instance", StepResult.Failure::code)
        .returns(true, StepResult.Failure::retryable);
    assertThat(slow).hasValue(1);
    assertThat(meters.scrape())
        .contains("nodebridge_step_attempt_seconds_count{outcome=\"FAILED\",step=\"insight\"} 1");
  }

  @Test
  void aCallThatCannotBeMadeIsNotCountedAsUnderWay() {
    client.close();
    URI address = URI.create("http://127.0.0.1:" + worker.getAddress().getPort());
    table = new RoutingTable(Map.of("no path", address), Duration.ofSeconds(60), Clock.systemUTC());
    client = new StepClient(table, new OrchestratorMeters(meters, null), Clock.systemUTC());

    assertThatThrownBy(() -> called("no path", () -> {}))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(table.instances()).extracting(Instance::inFlight).containsExactly(0);
    assertThat(breakerStates()).containsExactly(0);
  }

  @Test
  void aTraceOfSeveralLinesIsOneHeader() throws InterruptedException {
    AtomicReference<Set<String>> told = new AtomicReference<>(Set.of());
    answerWith(
        exchange -> {
          told.set(Set.copyOf(exchange.getRequestHeaders().keySet()));
          reply(exchange, 200, DONE);
        });

    client.call(
        "content.hash",
        new StepCall(new UUID(1, 1), "hash", 1, "acme", Map.of()),
        Duration.ofSeconds(5),
        in(Duration.ofSeconds(5)),
        "no\r\nInjected: header",
        null,
        () -> {});

    assertThat(told.get()).contains("Traceparent").doesNotContain("Injected");
  }

  @Test
  void whoeverIsInterruptedWaitsNoLongerAndTheWorkerIsNotBlamed() throws Exception {
    Semaphore asked = new Semaphore(0);
    CountDownLatch over = new CountDownLatch(1);
    answerWith(
        exchange -> {
          asked.release();
          await(over);
        });
    for (int i = 0; i < 5; i++) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread caller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      call(() -> {});
                    } catch (InterruptedException e) {
                      thrown.set(e);
                    }
                  });
      assertThat(asked.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
      caller.interrupt();
      assertThat(caller.join(Duration.ofSeconds(4))).isTrue();
      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }
    over.countDown();

    assertThat(table.instances()).extracting(Instance::inFlight).containsExactly(0);
    assertThat(breakerStates()).containsExactly(0);
  }

  @Test
  void theConnectionsOfAWorkerThatWasRestartedAreNotHeldAgainstIt() throws Exception {
    assertThat(atOnce(8)).hasOnlyElementsOfType(StepResult.Answer.class);
    int port = worker.getAddress().getPort();
    // At 0 s it may still be inside the last answer, and that connection closes when it is through.
    worker.stop(10);
    Thread.sleep(2 * StepClient.SUSPECT_AFTER.toMilliseconds());
    startWorker(port);

    assertThat(atOnce(8)).hasOnlyElementsOfType(StepResult.Answer.class);
  }

  // None is answered before all have been asked, so that each has a connection.
  private List<StepResult> atOnce(int calls) throws Exception {
    CountDownLatch all = new CountDownLatch(calls);
    answerWith(
        exchange -> {
          all.countDown();
          await(all);
          reply(exchange, 200, DONE);
        });
    Callable<StepResult> one = () -> call(() -> {});
    List<StepResult> results = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<StepResult> called : callers.invokeAll(Collections.nCopies(calls, one))) {
        results.add(called.get());
      }
    }
    return results;
  }

  @Test
  void anAnswerWithoutABodyIsAnAnswer() throws InterruptedException {
    answerWith(exchange -> exchange.sendResponseHeaders(204, -1));

    assertThat(failure())
        .returns("worker_status_204", StepResult.Failure::code)
        .returns(false, StepResult.Failure::retryable);
  }

  @Test
  void anAnswerThatIsFarTooLargeIsNotReadToItsEnd() throws InterruptedException {
    answerWith(
        exchange -> {
          exchange.sendResponseHeaders(200, 2_000_000_000);
          byte[] some = new byte[1 << 20];
          for (int i = 0; i < 2_000; i++) {
            exchange.getResponseBody().write(some);
          }
        });

    assertThat(failure().message()).contains("more than 16777216 bytes");
  }

  @Test
  void anAnswerThatTricklesIsCutOffLikeOneThatDoesNotComeAndFiveOpenTheBreaker()
      throws InterruptedException {
    answerWith(
        exchange -> {
          exchange.sendResponseHeaders(200, 1_000);
          while (true) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            LockSupport.parkNanos(10_000_000);
          }
        });
    for (int i = 0; i < 5; i++) {
      assertThat(breakerStates()).containsExactly(0);
      assertThat(
              called("content.hash", Duration.ofMillis(200), Duration.ofSeconds(5), () -> {})
                  .result())
          .asInstanceOf(type(StepResult.Failure.class))
          .returns("step_timeout", StepResult.Failure::code);
    }
    assertThat(breakerStates()).containsExactly(2);
  }

  @Test
  void aCallThatIsLateBeforeItHasAConnectionIsLateAndNothingElse() throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    answerWith(exchange -> await(over));
    for (int i = 0; i < 200; i++) {
      assertThat(called("content.hash", Duration.ofNanos(1), () -> {}).result())
          .asInstanceOf(type(StepResult.Failure.class))
          .returns("step_timeout", StepResult.Failure::code);
    }
    over.countDown();

    assertThat(table.instances()).extracting(Instance::inFlight).containsExactly(0);
  }

  @Test
  void nothingGoesOnPastTheEndOfItsWorkflow() throws InterruptedException {
    Duration left = Duration.ofMillis(300);
    AtomicReference<String> told = new AtomicReference<>();
    CountDownLatch over = new CountDownLatch(1);
    answerWith(
        exchange -> {
          told.set(exchange.getRequestHeaders().getFirst("NodeBridge-Timeout-Ms"));
          await(over);
        });

    for (int i = 0; i < 5; i++) {
      assertThat(called("content.hash", left, () -> {}).result())
          .asInstanceOf(type(StepResult.Failure.class))
          .returns("step_timeout", StepResult.Failure::code);
    }
    over.countDown();

    assertThat(Integer.parseInt(told.get())).isBetween(1, 300);
    // Given less than its time, the worker has not failed.
    assertThat(breakerStates()).containsExactly(0);
    long begin = System.nanoTime();
    assertThat(called("content.insight", left, () -> {}).instance()).isNull();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
  }

  private List<Integer> breakerStates() {
    return table.instances().stream().map(Instance::breakerState).toList();
  }

  private StepResult.Failure failure() throws InterruptedException {
    return (StepResult.Failure) call(() -> {});
  }

  private StepResult.Failure failureOf(int status) throws InterruptedException {
    answerWith(exchange -> reply(exchange, status, "no"));
    return failure();
  }

  private StepResult call(Runnable whenSlow) throws InterruptedException {
    return called("content.hash", whenSlow).result();
  }

  private StepResult.Called called(String capability, Runnable whenSlow)
      throws InterruptedException {
    return called(capability, Duration.ofSeconds(5), whenSlow);
  }

  private StepResult.Called called(String capability, Duration left, Runnable whenSlow)
      throws InterruptedException {
    return called(capability, Duration.ofSeconds(5), left, whenSlow);
  }

  private StepResult.Called called(
      String capability, Duration timeout, Duration left, Runnable whenSlow)
      throws InterruptedException {
    return client.call(
        capability,
        new StepCall(new UUID(1, 1), "hash", 1, "acme", Map.of()),
        timeout,
        in(left),
        null,
        null,
        whenSlow);
  }

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private void answerWith(Handler handler) {
    this.handler = handler;
  }

  private static void reply(HttpExchange exchange, int status, String body, String... header)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    if (header.length == 2) {
      exchange.getResponseHeaders().set(header[0], header[1]);
    }
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IOException("nobody was told");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
