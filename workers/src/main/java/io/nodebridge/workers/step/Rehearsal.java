package io.nodebridge.workers.step;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.StepCall;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.introspection.service.UntilQuick;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls of a worker to itself before it is announced.
///
/// The first calls of a young JVM load classes and run interpreted. If many come at once, all of
/// them outlast their time-outs, and five of these keep the worker from being called for a minute.
/// Calls on loopback, to an endpoint of their own, leave no trace in the worker's meters or
/// answers.
final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final JsonCodec<StepCall> CALL = JsonCodec.of(StepCall.class);
  private static final int MAX_BODY_BYTES = 1 << 20;

  private Rehearsal() {}

  /// Calls until that is quick, or until a call is not answered with 200: that is for those to see
  /// who call the worker.
  ///
  /// @param input what the work is tried with; it must do nothing that lasts
  /// @return how many calls were answered
  static int run(
      String capability, Function<StepCall, Map<String, Object>> work, Map<String, Object> input) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    StepEndpoint endpoint = new StepEndpoint(capability, work, 1, meters);
    HttpEdge.Listen loopback = new HttpEdge.Listen("127.0.0.1", 0, MAX_BODY_BYTES);
    long begun = System.nanoTime();
    AtomicInteger answered = new AtomicInteger();
    try (HttpEdge edge = HttpEdge.start(loopback, new Readiness(), meters, endpoint::routes)) {
      URI url = URI.create("http://127.0.0.1:" + edge.port() + "/v1/steps/" + capability);
      UntilQuick.repeat(
          number -> {
            call(url, new StepCall(new UUID(0, number), capability, 1, "rehearsal", input));
            answered.incrementAndGet();
            return true;
          });
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("calls", answered).log("rehearsal ended early: {}", e.toString());
    } finally {
      meters.close();
    }
    long millis = (System.nanoTime() - begun) / 1_000_000;
    LOG.atInfo().addKeyValue("calls", answered).addKeyValue("ms", millis).log("rehearsed");
    return answered.get();
  }

  private static void call(URI url, StepCall call) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
    connection.setReadTimeout((int) UntilQuick.LIMIT.toMillis());
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setRequestProperty("Idempotency-Key", call.workflowId() + "/" + call.step());
    try (OutputStream body = connection.getOutputStream()) {
      body.write(CALL.encode(call));
    }
    // Of any other status the stream throws, with the status in its message.
    connection.getInputStream().readAllBytes();
  }
}
