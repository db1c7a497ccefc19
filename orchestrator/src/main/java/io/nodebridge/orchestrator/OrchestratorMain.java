package io.nodebridge.orchestrator;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.kafka.Topics;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.config.Settings;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Meters;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.introspection.node.ServiceNode;
import io.nodebridge.introspection.service.OwnedResources;
import io.nodebridge.introspection.service.ServiceProcess;
import io.nodebridge.orchestrator.accept.Intake;
import io.nodebridge.orchestrator.call.StepClient;
import io.nodebridge.orchestrator.run.RequestLoop;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Uuid;

/// Wires the orchestrator and runs it until it is told to stop.
public final class OrchestratorMain {
  private static final String GROUP = "nodebridge-orchestrator";
  private static final long MAX_BODY_BYTES = 1 << 20;

  private OrchestratorMain() {}

  public static void main(String[] args) {
    ServiceProcess.run("orchestrator", System.getenv(), OrchestratorMain::open);
  }

  private static void open(Settings settings, OwnedResources resources) throws Exception {
    OrchestratorConfig config = OrchestratorConfig.from(settings);
    String source = Envelope.sourceOf("orchestrator", config.nodeId());
    Clock clock = Clock.systemUTC();
    Map<Topic, Uuid> topicIds = ensureTopics(config);

    PrometheusMeterRegistry registry = Meters.create(resources);
    OrchestratorMeters meters = new OrchestratorMeters(registry);
    Producer<String, byte[]> requests =
        resources.own(config.kafka().producer(config.nodeId() + "-requests"));
    Producer<String, byte[]> events =
        resources.own(config.kafka().producer(config.nodeId() + "-events"));
    StepClient steps = resources.own(new StepClient(config.routes()));
    RequestLoop loop =
        resources.own(
            RequestLoop.start(
                config.kafka().consumer(config.nodeId(), GROUP, "earliest"),
                events,
                steps,
                new RequestLoop.Settings(
                    topicIds.getOrDefault(Topic.REQUESTS, Uuid.ZERO_UUID),
                    config.maxInFlight(),
                    config.maxContentBytes(),
                    source),
                meters,
                clock));
    meters.watchInFlight(loop::inFlight);

    Readiness readiness = new Readiness();
    readiness.require("partitions of " + Topic.REQUESTS.topicName(), loop::ready);
    Intake intake =
        new Intake(
            requests,
            new Intake.Settings(
                source, config.readUrl(), config.maxContentBytes(), config.measure()),
            meters,
            clock);
    HttpEdge edge =
        resources.own(
            HttpEdge.start(
                new HttpEdge.Listen(config.bind(), config.port(), MAX_BODY_BYTES),
                readiness,
                registry,
                intake::routes));
    new ServiceNode(
            config.nodeId(),
            "orchestrator",
            NodeType.ORCHESTRATOR,
            List.of(),
            edge.url(config.advertisedUrl(), config.bind()),
            config.replicationFactor(),
            config.heartbeatInterval())
        .join(config.kafka(), readiness, loop::inFlight, resources);
  }

  private static Map<Topic, Uuid> ensureTopics(OrchestratorConfig config)
      throws InterruptedException {
    try (Admin admin = config.kafka().admin(config.nodeId() + "-admin")) {
      return Topics.ensure(admin, Set.of(Topic.REQUESTS, Topic.EVENTS), config.replicationFactor());
    }
  }
}
