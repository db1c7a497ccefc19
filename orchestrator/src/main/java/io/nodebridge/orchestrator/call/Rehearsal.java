package io.nodebridge.orchestrator.call;

import io.helidon.http.Status;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.StepAnswer;
import io.nodebridge.events.message.StepCall;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.introspection.service.UntilQuick;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.call.StepResult.Called;
import io.nodebridge.orchestrator.route.RoutingTable;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
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
  private static final int MAX_BODY_BYTES = 1 << 20;

  private Rehearsal() {}

  /// Calls until that is quick.
  ///
  /// @return how many calls were answered
  public static int run() throws InterruptedException {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    HttpEdge.Listen loopback = new HttpEdge.Listen("127.0.0.1", 0, MAX_BODY_BYTES);
    Map<String, Object> content = Map.of("content", Map.of("text", "An orchestrator rehearses."));
    byte[] answer = ANSWER.encode(new StepAnswer(content));
    long begun = System.nanoTime();
    int answered;
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
      RoutingTable table =
          new RoutingTable(Map.of(CAPABILITY, self), UntilQuick.LIMIT, Clock.systemUTC());
      OrchestratorMeters meters = new OrchestratorMeters(registry, null);
      try (StepClient client = new StepClient(table, meters, Clock.systemUTC())) {
        long end = begun + UntilQuick.LIMIT.toNanos();
        answered =
            UntilQuick.repeat(
                number -> {
                  StepCall step =
                      new StepCall(new UUID(0, number), CAPABILITY, 1, CAPABILITY, content);
                  Called called =
                      client.call(CAPABILITY, step, UntilQuick.LIMIT, end, null, null, () -> {});
                  return called.result() instanceof StepResult.Answer;
                });
      }
    } finally {
      registry.close();
    }
    long millis = (System.nanoTime() - begun) / 1_000_000;
    LOG.atInfo().addKeyValue("answered", answered).addKeyValue("ms", millis).log("rehearsed");
    return answered;
  }
}
