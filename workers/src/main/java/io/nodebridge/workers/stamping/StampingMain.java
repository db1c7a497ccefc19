package io.nodebridge.workers.stamping;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.config.Settings;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Meters;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.introspection.node.ServiceNode;
import io.nodebridge.introspection.service.OwnedResources;
import io.nodebridge.introspection.service.ServiceProcess;
import java.util.List;

/// Wires the stamping worker and runs it until it is told to stop.
public final class StampingMain {
  private static final long MAX_BODY_BYTES = 2 << 20;

  private StampingMain() {}

  public static void main(String[] args) {
    ServiceProcess.run("stamping", System.getenv(), StampingMain::open);
  }

  private static void open(Settings settings, OwnedResources resources) throws Exception {
    StampingConfig config = StampingConfig.from(settings);
    PrometheusMeterRegistry registry = Meters.create(resources);
    Readiness readiness = new Readiness();
    HttpEdge edge =
        resources.own(
            HttpEdge.start(
                new HttpEdge.Listen(config.bind(), config.port(), MAX_BODY_BYTES),
                readiness,
                registry,
                HashStep::routes));
    new ServiceNode(
            config.nodeId(),
            "stamping",
            NodeType.COMPUTE,
            List.of(HashStep.CAPABILITY),
            edge.url(config.advertisedUrl(), config.bind()),
            config.replicationFactor(),
            config.heartbeatInterval())
        .join(config.kafka(), readiness, () -> 0, resources);
  }
}
