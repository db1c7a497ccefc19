package io.nodebridge.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.call.StepClient;
import io.nodebridge.orchestrator.define.Definitions;
import io.nodebridge.orchestrator.route.RoutingTable;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class RequestLoopTest {
  // Nobody listens there, and nobody has to.
  private static final KafkaClients NO_BROKER = new KafkaClients("127.0.0.1:1", Map.of());

  @Test
  void aStopEndsTheRehearsal() {
    CompletableFuture<Void> rehearsal = new CompletableFuture<>();
    OrchestratorMeters meters = new OrchestratorMeters(new SimpleMeterRegistry(), null);
    Clock clock = Clock.systemUTC();
    RoutingTable table = new RoutingTable(Map.of(), Duration.ofMinutes(1), clock);
    try (StepClient steps = new StepClient(table, meters, clock)) {
      RequestLoop loop =
          RequestLoop.start(
              NO_BROKER,
              new MockProducer<>(),
              steps,
              rehearsal,
              Definitions.load(null),
              new RequestLoop.Settings("test", Uuid.ONE_UUID, 10, 10, "/test"),
              meters,
              clock);
      assertThat(loop.ready()).isFalse();

      assertThat(CompletableFuture.runAsync(loop::close)).succeedsWithin(Duration.ofSeconds(10));
      assertThat(rehearsal).isCancelled();
    }
  }
}
