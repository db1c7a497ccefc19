package io.nodebridge.orchestrator.call;

import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.StepAnswer;
import io.nodebridge.events.message.StepCall;
import io.nodebridge.events.message.Surrogates;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.call.StepResult.Called;
import io.nodebridge.orchestrator.route.Instance;
import io.nodebridge.orchestrator.route.Outcome;
import io.nodebridge.orchestrator.route.RoutingTable;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Calls one attempt of a remote step at an instance that the [RoutingTable] chooses.
///
/// Retryable: 408, 429, 5xx, time-outs and broken connections. Any other answer but 200 is the
/// worker's last word. What the call says about the instance is told to its breaker: [Outcome].
public final class StepClient implements AutoCloseable {
  private static final JsonCodec<StepCall> CALL = JsonCodec.of(StepCall.class);
  private static final JsonCodec<StepAnswer> ANSWER = JsonCodec.of(StepAnswer.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration SLOW = Duration.ofMillis(20);
  private static final int MAX_SHOWN_CHARACTERS = 300;
  private static final long NANOS_PER_MILLI = 1_000_000;

  // How much deeper an answer lies in the event that carries it, which has to be read again.
  private static final int NESTING = 3;

  private final RoutingTable table;
  private final OrchestratorMeters meters;
  private final Clock clock;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  public StepClient(RoutingTable table, OrchestratorMeters meters, Clock clock) {
    this.table = table;
    this.meters = meters;
    this.clock = clock;
  }

  /// Waits for an instance, and then for its answer, each as long as `timeout`, but neither past
  /// the workflow's end.
  ///
  /// @param endNanos `System.nanoTime()` at the workflow's end
  /// @param avoid the id of the instance that the attempt before was made at
  /// @param whenSlow run on this thread if there is no instance, or no answer after 20 ms
  public Called call(
      String capability,
      StepCall call,
      Duration timeout,
      long endNanos,
      @Nullable String traceparent,
      @Nullable String avoid,
      Runnable whenSlow)
      throws InterruptedException {
    long begun = System.nanoTime();
    Instance instance = table.choose(capability, avoid);
    if (instance == null) {
      whenSlow.run();
      instance = table.await(capability, avoid, cut(timeout, endNanos));
    }
    Called called =
        instance == null
            ? new Called(null, nobody(capability, timeout), 0)
            : callAt(instance, capability, call, timeout, endNanos, traceparent, whenSlow);
    meters.attempted(call.step(), called.result() instanceof StepResult.Answer, begun);
    return called;
  }

  // A request cannot have less than a millisecond.
  private static Duration cut(Duration timeout, long endNanos) {
    long leftNanos = Math.max(NANOS_PER_MILLI, endNanos - System.nanoTime());
    return timeout.toNanos() <= leftNanos ? timeout : Duration.ofNanos(leftNanos);
  }

  private StepResult nobody(String capability, Duration timeout) {
    int known = table.counts().getOrDefault(capability, 0);
    String message =
        known == 0
            ? "nobody has announced %s within %d ms, and NODEBRIDGE_ROUTES does not name it"
                .formatted(capability, timeout.toMillis())
            : "the breakers of all %d instances of %s stayed open for %d ms"
                .formatted(known, capability, timeout.toMillis());
    return new StepResult.Failure("no_instance", message, true);
  }

  private static HttpRequest request(
      Instance instance,
      String capability,
      StepCall call,
      Duration timeout,
      @Nullable String traceparent) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(instance.stepUrl(capability))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", call.workflowId() + "/" + call.step())
            .header("NodeBridge-Timeout-Ms", Long.toString(timeout.toMillis()))
            .POST(HttpRequest.BodyPublishers.ofByteArray(CALL.encode(call)));
    if (traceparent != null) {
      request.header("traceparent", traceparent);
    }
    return request.build();
  }

  private Called callAt(
      Instance instance,
      String capability,
      StepCall call,
      Duration timeout,
      long endNanos,
      @Nullable String traceparent,
      Runnable whenSlow)
      throws InterruptedException {
    String address = instance.authority();
    Duration limit = cut(timeout, endNanos);
    Outcome outcome = Outcome.UNSAID;
    try {
      HttpRequest request = request(instance, capability, call, limit, traceparent);
      HttpResponse<byte[]> response = send(request, whenSlow);
      outcome = outcomeOf(response.statusCode());
      return new Called(instance, read(response), AnswerHeaders.workNanos(response.headers()));
    } catch (HttpTimeoutException e) {
      // Given less than its time, it has not failed.
      outcome = limit.equals(timeout) ? Outcome.FAILED : Outcome.UNSAID;
      String message = "no answer from %s within %s: %s".formatted(address, limit, e);
      return new Called(instance, new StepResult.Failure("step_timeout", message, true), 0);
    } catch (IOException e) {
      outcome = Outcome.FAILED;
      String message = address + ": " + e;
      return new Called(instance, new StepResult.Failure("worker_unreachable", message, true), 0);
    } finally {
      instance.ended(outcome);
    }
  }

  private static Outcome outcomeOf(int status) {
    if (status == 408 || status == 429) {
      return Outcome.UNSAID;
    }
    return status >= 500 ? Outcome.FAILED : Outcome.ANSWERED;
  }

  private HttpResponse<byte[]> send(HttpRequest request, Runnable whenSlow)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    try {
      try {
        return answer.get(SLOW.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        whenSlow.run();
        return answer.get();
      }
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException broken ? broken : new IOException(e.getCause());
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private StepResult read(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status != 200) {
      String body = new String(response.body(), StandardCharsets.UTF_8);
      String shown = Surrogates.beginning(body, MAX_SHOWN_CHARACTERS);
      boolean retryable = status == 408 || status == 429 || status >= 500;
      Duration retryAfter =
          retryable ? AnswerHeaders.retryAfter(response.headers(), clock) : Duration.ZERO;
      return new StepResult.Failure("worker_status_" + status, shown, retryable, retryAfter);
    }
    try {
      return new StepResult.Answer(ANSWER.decodeForeign(response.body(), NESTING).result());
    } catch (InvalidMessageException e) {
      return new StepResult.Failure("worker_answer_unreadable", "" + e.getMessage(), false);
    }
  }
}
