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
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// Calls one attempt of a remote step at an instance that the [RoutingTable] chooses.
///
/// Retryable: 408, 429, 5xx, time-outs and broken connections. Any other answer but 200 is the
/// worker's last word. What the call says about the instance is told to its breaker: [Outcome].
public final class StepClient implements AutoCloseable {
  private static final JsonCodec<StepCall> CALL = JsonCodec.of(StepCall.class);
  private static final JsonCodec<StepAnswer> ANSWER = JsonCodec.of(StepAnswer.class);
  private static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(1);
  private static final TimeValue IDLE = TimeValue.ofSeconds(30);
  // A restarted worker has closed its connections, which says nothing against it. To look takes a
  // millisecond, so one that is in steady use is not looked at.
  static final TimeValue SUSPECT_AFTER = TimeValue.ofMilliseconds(100);
  private static final int MAX_ANSWER_BYTES = 16 << 20;
  private static final int MAX_SHOWN_CHARACTERS = 300;
  private static final long NANOS_PER_MILLI = 1_000_000;

  // How much deeper an answer lies in the event that carries it, which has to be read again.
  private static final int NESTING = 3;

  private final RoutingTable table;
  private final OrchestratorMeters meters;
  private final Clock clock;
  private final CallTimer timer = new CallTimer();
  private final CloseableHttpClient http =
      HttpClients.custom()
          .setConnectionManager(
              PoolingHttpClientConnectionManagerBuilder.create()
                  .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                  // How many calls there are at once, the workflows in flight bound.
                  .setMaxConnPerRoute(Integer.MAX_VALUE)
                  .setDefaultConnectionConfig(
                      ConnectionConfig.custom()
                          .setConnectTimeout(CONNECT_TIMEOUT)
                          .setValidateAfterInactivity(SUSPECT_AFTER)
                          .build())
                  .build())
          .evictIdleConnections(IDLE)
          // Whether and where a call is repeated, the definition and the routing table say.
          .disableAutomaticRetries()
          .disableRedirectHandling()
          .disableContentCompression()
          .disableCookieManagement()
          .disableAuthCaching()
          .build();

  /// What came back, before anybody has understood it.
  private record Response(int status, byte[] body, Duration retryAfter, long workNanos) {}

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
  /// @param whenSlow run if there is no instance, or no answer after 20 ms; must not wait
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

  private static HttpPost request(
      Instance instance,
      String capability,
      StepCall call,
      Duration timeout,
      @Nullable String traceparent) {
    HttpPost request = new HttpPost(instance.stepUrl(capability));
    request.setEntity(new ByteArrayEntity(CALL.encode(call), ContentType.APPLICATION_JSON));
    request.setHeader("Idempotency-Key", call.workflowId() + "/" + call.step());
    request.setHeader("NodeBridge-Timeout-Ms", Long.toString(timeout.toMillis()));
    if (traceparent != null) {
      request.setHeader("traceparent", traceparent);
    }
    return request;
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
      HttpPost request = request(instance, capability, call, limit, traceparent);
      Response response = exchange(request, limit, whenSlow);
      outcome = outcomeOf(response.status());
      return new Called(instance, read(response), response.workNanos());
    } catch (LateException e) {
      // Given less than its time, it has not failed.
      outcome = limit.equals(timeout) ? Outcome.FAILED : Outcome.UNSAID;
      String message = "no answer from %s within %s".formatted(address, limit);
      return new Called(instance, new StepResult.Failure("step_timeout", message, true), 0);
    } catch (IOException e) {
      outcome = Outcome.FAILED;
      String message = address + ": " + e;
      return new Called(instance, new StepResult.Failure("worker_unreachable", message, true), 0);
    } finally {
      instance.ended(outcome);
    }
  }

  /// The time is over.
  private static final class LateException extends IOException {
    private static final long serialVersionUID = 1L;

    private LateException(Exception cause) {
      super(cause);
    }
  }

  private Response exchange(HttpPost request, Duration limit, Runnable whenSlow)
      throws IOException, InterruptedException {
    CallTimer.Call timed = timer.begin(limit, whenSlow, request::cancel);
    try {
      return http.execute(request, this::receive);
    } catch (IOException | RuntimeException e) {
      // Cut off before it has a connection, a request breaks in other ways than behind that.
      if (Thread.interrupted()) {
        throw new InterruptedException("nobody wants the answer");
      }
      if (timed.over()) {
        throw new LateException(e);
      }
      throw e instanceof IOException broken ? broken : new IOException(e);
    } finally {
      timed.end();
    }
  }

  private static Outcome outcomeOf(int status) {
    if (status == 408 || status == 429) {
      return Outcome.UNSAID;
    }
    return status >= 500 ? Outcome.FAILED : Outcome.ANSWERED;
  }

  private Response receive(ClassicHttpResponse response) throws IOException {
    return new Response(
        response.getCode(),
        body(response.getEntity()),
        AnswerHeaders.retryAfter(response, clock),
        AnswerHeaders.workNanos(response));
  }

  private static byte[] body(@Nullable HttpEntity entity) throws IOException {
    if (entity == null) {
      return new byte[0];
    }
    // Not closed, which would read on to the end; the client closes what was not read.
    byte[] body = entity.getContent().readNBytes(MAX_ANSWER_BYTES + 1);
    if (body.length > MAX_ANSWER_BYTES) {
      throw new IOException("its answer has more than %d bytes".formatted(MAX_ANSWER_BYTES));
    }
    return body;
  }

  @Override
  public void close() {
    http.close(CloseMode.IMMEDIATE);
    timer.close();
  }

  private static StepResult read(Response response) {
    int status = response.status();
    if (status != 200) {
      String body = new String(response.body(), StandardCharsets.UTF_8);
      String shown = Surrogates.beginning(body, MAX_SHOWN_CHARACTERS);
      boolean retryable = status == 408 || status == 429 || status >= 500;
      return new StepResult.Failure(
          "worker_status_" + status,
          shown,
          retryable,
          retryable ? response.retryAfter() : Duration.ZERO);
    }
    try {
      return new StepResult.Answer(ANSWER.decodeForeign(response.body(), NESTING).result());
    } catch (InvalidMessageException e) {
      return new StepResult.Failure("worker_answer_unreadable", "" + e.getMessage(), false);
    }
  }
}
