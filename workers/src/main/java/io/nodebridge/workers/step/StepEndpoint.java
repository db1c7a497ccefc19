package io.nodebridge.workers.step;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.StepAnswer;
import io.nodebridge.events.message.StepCall;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Problem;
import io.nodebridge.introspection.http.ProblemException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// `POST /v1/steps/<capability>`.
///
/// An answer is kept under the call's `Idempotency-Key`, so that a repeat gets the same one and the
/// work is done once, also when both come at the same time: for ten minutes, unless later answers
/// need its place before. There are 16 MiB for all of them, which small answers fill in 45 s at
/// 1,000 a second; a repeat after that does the work again. As many calls run at once as the bound
/// says; one more is answered 429. `Server-Timing` says how long the work took.
///
/// | meter | unit | tags |
/// |---|---|---|
/// | `nodebridge_step_seconds` | seconds of work, repeats not counted | `capability` |
/// | `nodebridge_step_in_flight` | calls | `capability` |
public final class StepEndpoint {
  private static final JsonCodec<StepCall> CALL = JsonCodec.of(StepCall.class);
  private static final JsonCodec<StepAnswer> ANSWER = JsonCodec.of(StepAnswer.class);
  private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
  private static final HeaderName SERVER_TIMING = HeaderNames.create("Server-Timing");
  private static final double MICROS_PER_MILLI = 1e3;
  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final long KEPT_BYTES = 16 << 20;
  private static final int ENTRY_BYTES = 200;

  private final String capability;
  private final Function<StepCall, Map<String, Object>> work;
  private final int bound;
  private final Semaphore free;
  private final Timer timer;
  // Work is never done inside of it: it would lock out other keys that are stored beside this one.
  private final AsyncCache<String, byte[]> answers =
      Caffeine.newBuilder()
          .expireAfterWrite(KEPT)
          .maximumWeight(KEPT_BYTES)
          .weigher((String key, byte[] answer) -> key.length() + answer.length + ENTRY_BYTES)
          .buildAsync();

  /// @param work throws `InvalidMessageException` for a call that it can never do
  public StepEndpoint(
      String capability,
      Function<StepCall, Map<String, Object>> work,
      int bound,
      MeterRegistry meters) {
    this.capability = capability;
    this.work = work;
    this.bound = bound;
    this.free = new Semaphore(bound);
    this.timer = Timer.builder("nodebridge.step").tag("capability", capability).register(meters);
    Gauge.builder("nodebridge.step.in.flight", this, StepEndpoint::inFlight)
        .tag("capability", capability)
        .register(meters);
  }

  /// Calls that are answered now.
  public int inFlight() {
    return bound - free.availablePermits();
  }

  /// Adds the endpoint to a server.
  public void routes(HttpRouting.Builder routing) {
    String path = "/v1/steps/" + capability;
    routing.post(path, this::answer);
    HttpEdge.refuseOtherMethods(routing, "POST", path);
  }

  private void answer(ServerRequest request, ServerResponse response) {
    if (!free.tryAcquire()) {
      throw new ProblemException(
          Problem.of(
              429,
              "busy",
              "As many calls as allowed are answered already",
              "at most " + bound + " at once; repeat it after the time that Retry-After says"),
          1);
    }
    try {
      StepCall call = CALL.decodeForeign(HttpEdge.jsonBody(request));
      String key = request.headers().value(IDEMPOTENCY_KEY).orElse(null);
      long begun = System.nanoTime();
      byte[] answer = key == null ? run(call) : once(key, call);
      long micros = (System.nanoTime() - begun) / 1_000;
      response.header(SERVER_TIMING, "work;dur=" + micros / MICROS_PER_MILLI);
      HttpEdge.sendJson(response, Status.OK_200, answer);
    } finally {
      free.release();
    }
  }

  // Only answers are kept: if the call that came first fails, each of its repeats tries itself.
  private byte[] once(String key, StepCall call) {
    CompletableFuture<byte[]> mine = new CompletableFuture<>();
    CompletableFuture<byte[]> first = answers.asMap().putIfAbsent(key, mine);
    if (first == null) {
      try {
        byte[] answer = run(call);
        mine.complete(answer);
        return answer;
      } finally {
        if (!mine.isDone()) {
          answers.asMap().remove(key, mine);
          mine.cancel(false);
        }
      }
    }
    try {
      return first.join();
    } catch (CancellationException e) {
      return once(key, call);
    }
  }

  private byte[] run(StepCall call) {
    return timer.record(() -> ANSWER.encode(new StepAnswer(work.apply(call))));
  }
}
