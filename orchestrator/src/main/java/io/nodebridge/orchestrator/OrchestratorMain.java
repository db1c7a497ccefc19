package io.nodebridge.orchestrator;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.kafka.Topics;
import io.nodebridge.events.message.AckPage;
import io.nodebridge.events.message.AckPage.Ack;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.config.Settings;
import io.nodebridge.introspection.http.FeedRing;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Meters;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.introspection.node.ServiceNode;
import io.nodebridge.introspection.service.OwnedResources;
import io.nodebridge.introspection.service.ServiceProcess;
import io.nodebridge.orchestrator.accept.Intake;
import io.nodebridge.orchestrator.call.Rehearsal;
import io.nodebridge.orchestrator.call.StepClient;
import io.nodebridge.orchestrator.define.Definitions;
import io.nodebridge.orchestrator.route.RoutingTable;
import io.nodebridge.orchestrator.run.RequestLoop;
import io.nodebridge.orchestrator.watch.VerdictReader;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Uuid;

/// Wires the orchestrator and runs it until it is told to stop.
public final class OrchestratorMain {
  private static final long MAX_BODY_BYTES = 1 << 20;
  private static final int REMEMBERED_ACKS = 1 << 16;
  private static final JsonCodec<AckPage> ACKS = JsonCodec.of(AckPage.class);

  private OrchestratorMain() {}

  public static void main(String[] args) {
    ServiceProcess.run(
        "orchestrator", args, System.getenv(), OrchestratorMain::read, OrchestratorMain::open);
  }

  private record Told(OrchestratorConfig config, Definitions definitions) {}

  private static Told read(Settings settings) {
    OrchestratorConfig config = OrchestratorConfig.from(settings);
    return new Told(config, Definitions.load(config.definitions()));
  }

  private static void open(Told told, OwnedResources resources) throws Exception {
    OrchestratorConfig config = told.config();
    String source = Envelope.sourceOf("orchestrator", config.nodeId());
    Clock clock = Clock.systemUTC();
    Definitions definitions = told.definitions();
    // Beside what waits for the broker.
    FutureTask<Integer> rehearsal = new FutureTask<>(Rehearsal::run);
    Thread.ofPlatform().name("rehearsal").daemon().start(rehearsal);
    Map<Topic, Uuid> topicIds = ensureTopics(config);

    PrometheusMeterRegistry registry = Meters.create(resources);
    FeedRing<Ack> acks = config.measure() ? new FeedRing<>(REMEMBERED_ACKS) : null;
    OrchestratorMeters meters = new OrchestratorMeters(registry, acks);
    Producer<String, byte[]> requests =
        resources.own(config.kafka().producer(config.nodeId() + "-requests"));
    Producer<String, byte[]> events =
        resources.own(config.kafka().producer(config.nodeId() + "-events"));
    RoutingTable table = new RoutingTable(config.routes(), config.breakerOpen(), clock);
    meters.show(table);
    VerdictReader verdicts =
        resources.own(
            VerdictReader.start(
                config.kafka().reader(config.nodeId() + "-verdicts", "earliest"),
                table,
                () -> meters.show(table)));
    StepClient steps = resources.own(new StepClient(table, meters, clock));
    RequestLoop loop =
        resources.own(
            RequestLoop.start(
                config.kafka(),
                events,
                steps,
                rehearsal,
                definitions,
                new RequestLoop.Settings(
                    config.nodeId(),
                    topicIds.getOrDefault(Topic.REQUESTS, Uuid.ZERO_UUID),
                    config.maxInFlight(),
                    config.maxContentBytes(),
                    source),
                meters,
                clock));
    meters.watchInFlight(loop::inFlight);
    meters.watchBacklog(loop::backlogRecords);
    meters.watchHalted(() -> loop.halted().size());

    Readiness readiness = new Readiness();
    readiness.require("step calls that were rehearsed", rehearsal::isDone);
    readiness.require("partitions of " + Topic.REQUESTS.topicName(), loop::ready);
    // That they were read, not that there is a worker: a request can wait for one.
    readiness.require("verdicts of " + Topic.NODE_STATES.topicName(), verdicts::caughtUp);
    // One that waits for a person keeps no work from the others.
    readiness.require("a partition that is not halted", loop::healthy);
    readiness.tell(loop::halted);
    Intake intake =
        new Intake(
            requests,
            loop,
            definitions,
            new Intake.Settings(
                source,
                config.readUrl(),
                Objects.requireNonNullElse(config.reducerUrl(), config.readUrl()),
                config.maxContentBytes(),
                config.maxUnacknowledgedBytes(),
                config.measure()),
            meters,
            clock);
    HttpEdge edge =
        resources.own(
            HttpEdge.start(
                new HttpEdge.Listen(config.bind(), config.port(), MAX_BODY_BYTES),
                readiness,
                registry,
                routing -> {
                  intake.routes(routing);
                  if (acks != null) {
                    acks.routes(routing, "/internal/acks", OrchestratorMain::ackPage);
                  }
                }));
    // Whoever still waits when nothing runs any more is answered before the edge closes.
    resources.own(intake);
    // Told to stop, it first says that it is not ready and lets what runs end, and serves
    // meanwhile.
    resources.own(loop);
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

  private static byte[] ackPage(FeedRing.Page<Ack> page) {
    return ACKS.encode(new AckPage(page.next(), page.lost(), page.entries()));
  }

  private static Map<Topic, Uuid> ensureTopics(OrchestratorConfig config)
      throws InterruptedException {
    try (Admin admin = config.kafka().admin(config.nodeId() + "-admin")) {
      return Topics.ensure(
          admin,
          Set.of(Topic.REQUESTS, Topic.EVENTS, Topic.NODE_STATES),
          config.replicationFactor());
    }
  }
}
