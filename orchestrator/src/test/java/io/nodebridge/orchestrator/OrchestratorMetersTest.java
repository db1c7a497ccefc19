package io.nodebridge.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OrchestratorMetersTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final OrchestratorMeters meters = new OrchestratorMeters(registry, null);

  @Test
  void whatIsWatchedIsStillSeenAfterACollection() {
    AtomicLong value = new AtomicLong(7);
    meters.watchInFlight(() -> value.get());
    meters.watchBacklog(() -> value.get());
    meters.watchHalted(() -> value.get());
    meters.watchUnacknowledged(() -> value.get());

    System.gc();

    assertThat(registry.scrape())
        .contains("nodebridge_workflow_in_flight 7.0")
        .contains("nodebridge_workflow_backlog_records 7.0")
        .contains("nodebridge_workflow_halted_partitions 7.0")
        .contains("nodebridge_intake_unacknowledged_bytes 7.0");
  }
}
