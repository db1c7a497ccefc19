package io.nodebridge.orchestrator.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nodebridge.events.message.StepCall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StepClientTest {
  private static final String DONE = "{\"result\":{\"answer\":42}}";

  private final AtomicInteger slow = new AtomicInteger();
  private volatile Handler handler = exchange -> reply(exchange, 200, DONE);
  private HttpServer worker;
  private StepClient client;

  @BeforeEach
  void startWorker() throws IOException {
    worker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    worker.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    worker.createContext("/", exchange -> handler.handle(exchange));
    worker.start();
    URI address = URI.create("http://127.0.0.1:" + worker.getAddress().getPort());
    client = new StepClient(Map.of("content.hash", address));
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

  private StepResult.Failure failureOf(int status) throws InterruptedException {
    answerWith(exchange -> reply(exchange, status, "no"));
    return (StepResult.Failure) call(() -> {});
  }

  private StepResult call(Runnable whenSlow) throws InterruptedException {
    return client.call(
        "content.hash",
        new StepCall(new UUID(1, 1), "hash", 1, "acme", Map.of()),
        Duration.ofSeconds(5),
        null,
        whenSlow);
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private void answerWith(Handler handler) {
    this.handler = handler;
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
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
