package io.nodebridge.orchestrator.call;

import io.helidon.http.Status;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.StepAnswer;
import io.nodebridge.events.message.StepCall;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.call.StepResult.Called;
import io.nodebridge.orchestrator.route.RoutingTable;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Step calls of an orchestrator to itself before it takes work.
///
/// The first calls of a young JVM load classes and run interpreted. With many at once they outlast
/// their time-outs, which are then counted against workers that answered in time: five in a row,
/// and a worker is not called for a minute. Calls on loopback, with a client, a server and meters
/// of their own, leave no trace.
public final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final JsonCodec<StepAnswer> ANSWER = JsonCodec.of(StepAnswer.class);
  private static final String CAPABILITY = "rehearsal";
  private static final int CALLS = 100;
  // Ten in a row that took so long at most: then 256 at once are answered within 2 s, the usual
  // time-out of a step, by two processors.
  private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int IN_A_ROW = 10;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int MAX_BODY_BYTES = 1 << 20;

  private Rehearsal() {}

  /// Calls until ten calls in a row were quick, a hundred times, or for ten seconds.
  ///
  /// @return how many calls were answered
  public static int run() throws InterruptedException {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    HttpEdge.Listen loopback = new HttpEdge.Listen("127.0.0.1", 0, MAX_BODY_BYTES);
    Map<String, Object> content = Map.of("content", Map.of("text", "An orchestrator rehearses."));
    byte[] answer = ANSWER.encode(new StepAnswer(content));
    long begun = System.nanoTime();
    int answered = 0;
    try (HttpEdge edge =
        HttpEdge.start(
            loopback,
            new Readiness(),
            registry,
            routing ->
                routing.post(
                    "/v1/steps/" + CAPABILITY,
                    (request, response) -> {
                      HttpEdge.jsonBody(request);
                      HttpEdge.sendJson(response, Status.OK_200, answer);
                    }))) {
      URI self = URI.create("http://127.0.0.1:" + edge.port());
      RoutingTable table = new RoutingTable(Map.of(CAPABILITY, self), LIMIT, Clock.systemUTC());
      OrchestratorMeters meters = new OrchestratorMeters(registry, null);
      try (StepClient client = new StepClient(table, meters, Clock.systemUTC())) {
        long end = begun + LIMIT.toNanos();
        int quick = 0;
        for (int call = 0; call < CALLS && quick < IN_A_ROW && System.nanoTime() < end; call++) {
          long called = System.nanoTime();
          StepCall step = new StepCall(new UUID(0, call), CAPABILITY, 1, CAPABILITY, content);
          Called ended = client.call(CAPABILITY, step, LIMIT, end, null, null, () -> {});
          answered += ended.result() instanceof StepResult.Answer ? 1 : 0;
          quick = System.nanoTime() - called < QUICK_NANOS ? quick + 1 : 0;
        }
      }
    } finally {
      registry.close();
    }
    long millis = (System.nanoTime() - begun) / 1_000_000;
    LOG.atInfo().addKeyValue("answered", answered).addKeyValue("ms", millis).log("rehearsed");
    return answered;
  }
}
