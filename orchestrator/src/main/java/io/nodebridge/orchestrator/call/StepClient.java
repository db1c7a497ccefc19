package io.nodebridge.orchestrator.call;

import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.StepAnswer;
import io.nodebridge.events.message.StepCall;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Calls one attempt of a remote step at the address that its capability is routed to.
///
/// Retryable: 408, 429, 5xx, time-outs and broken connections. Any other answer but 200 is the
/// worker's last word.
public final class StepClient implements AutoCloseable {
  private static final JsonCodec<StepCall> CALL = JsonCodec.of(StepCall.class);
  private static final JsonCodec<StepAnswer> ANSWER = JsonCodec.of(StepAnswer.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration SLOW = Duration.ofMillis(20);
  private static final int MAX_SHOWN_CHARACTERS = 300;

  private final Map<String, URI> routes;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  public StepClient(Map<String, URI> routes) {
    this.routes = Map.copyOf(routes);
  }

  /// Waits for the worker's answer.
  ///
  /// @param whenSlow run once, on this thread, if the answer is not there after 20 ms
  public StepResult call(
      String capability,
      StepCall call,
      Duration timeout,
      @Nullable String traceparent,
      Runnable whenSlow)
      throws InterruptedException {
    URI worker = routes.get(capability);
    if (worker == null) {
      return new StepResult.Failure(
          "no_route", "no worker is known for " + capability + ": NODEBRIDGE_ROUTES", false);
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(worker.resolve("/v1/steps/" + capability))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", call.workflowId() + "/" + call.step())
            .header("NodeBridge-Timeout-Ms", Long.toString(timeout.toMillis()))
            .POST(HttpRequest.BodyPublishers.ofByteArray(CALL.encode(call)));
    if (traceparent != null) {
      request.header("traceparent", traceparent);
    }
    try {
      return read(send(request.build(), whenSlow));
    } catch (HttpTimeoutException e) {
      return new StepResult.Failure(
          "step_timeout", "no answer from " + worker + " within " + timeout, true);
    } catch (IOException e) {
      return new StepResult.Failure("worker_unreachable", worker + ": " + e, true);
    }
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

  /// The address that a capability's calls go to.
  public @Nullable String instanceOf(String capability) {
    URI worker = routes.get(capability);
    return worker == null ? null : worker.getAuthority();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private static StepResult read(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status != 200) {
      String body = new String(response.body(), StandardCharsets.UTF_8);
      String shown =
          body.length() <= MAX_SHOWN_CHARACTERS ? body : body.substring(0, MAX_SHOWN_CHARACTERS);
      boolean retryable = status == 408 || status == 429 || status >= 500;
      return new StepResult.Failure("worker_status_" + status, shown, retryable);
    }
    try {
      return new StepResult.Answer(ANSWER.decodeForeign(response.body()).result());
    } catch (InvalidMessageException e) {
      return new StepResult.Failure("worker_answer_unreadable", "" + e.getMessage(), false);
    }
  }
}
