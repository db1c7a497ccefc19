package io.nodebridge.reducer;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.kafka.Topics;
import io.nodebridge.events.message.CommitPage.Commit;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.http.FeedRing;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Meters;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.introspection.node.ServiceNode;
import io.nodebridge.introspection.service.OwnedResources;
import io.nodebridge.introspection.service.ServiceProcess;
import io.nodebridge.reducer.commit.CommitLoop;
import io.nodebridge.reducer.commit.Inbox;
import io.nodebridge.reducer.poll.EventLoop;
import io.nodebridge.reducer.poll.TopicWatch;
import io.nodebridge.reducer.serve.ReadApi;
import io.nodebridge.reducer.serve.Waiters;
import io.nodebridge.reducer.store.BatchStore;
import io.nodebridge.reducer.store.ComingDays;
import io.nodebridge.reducer.store.Database;
import io.nodebridge.reducer.store.Positions;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/// Wires the reducer and runs it until it is told to stop.
public final class ReducerMain {
  private static final String GROUP = "nodebridge-reducer";
  private static final long MAX_BODY_BYTES = 64 << 10;
  private static final int WRITE_CONNECTIONS = 2;
  private static final int READ_CONNECTIONS = 4;
  private static final int REMEMBERED_COMMITS = 1 << 16;

  private ReducerMain() {}

  public static void main(String[] args) {
    ServiceProcess.run("reducer", args, System.getenv(), ReducerConfig::from, ReducerMain::open);
  }

  private static void open(ReducerConfig config, OwnedResources resources) throws Exception {
    Admin admin = resources.own(config.kafka().admin(config.nodeId() + "-admin"));
    UUID topicId = ensureTopic(admin, config);
    Database.migrate(config.databaseAsOwner());

    PrometheusMeterRegistry registry = Meters.create(resources);
    HikariDataSource writes = resources.own(Database.writes(config.database(), WRITE_CONNECTIONS));
    HikariDataSource reads = resources.own(Database.reads(config.database(), READ_CONNECTIONS));
    resources.own(ComingDays.keep(writes));
    Waiters waiters = new Waiters();
    FeedRing<Commit> ring = config.measure() ? new FeedRing<>(REMEMBERED_COMMITS) : null;
    ReducerMeters meters = new ReducerMeters(registry);
    BatchStore store = new BatchStore(writes, topicId, config.nodeId());
    Inbox inbox = new Inbox();
    Clock clock = Clock.systemUTC();
    // Closed in reverse: polling ends first, then the commit that is under way. What still waits is
    // dropped with the partitions, and the next owner reads it again.
    CommitLoop commits =
        resources.own(CommitLoop.start(inbox, store, waiters, ring, meters, clock));
    EventLoop loop =
        resources.own(
            EventLoop.start(
                config.kafka().consumer(config.nodeId(), GROUP, "none"),
                new TopicWatch(admin, topicId),
                new Positions(writes),
                store,
                inbox,
                meters,
                clock));

    ReadApi api = new ReadApi(reads, waiters, ring);
    Readiness readiness = new Readiness();
    readiness.require("database reachable", api::databaseAnswers);
    readiness.require("partitions of " + Topic.EVENTS.topicName() + " claimed", loop::ready);
    readiness.require(
        "no partition of " + Topic.EVENTS.topicName() + " halted", () -> !loop.anyHalted());
    readiness.require("commits running", commits::alive);
    HttpEdge edge =
        resources.own(
            HttpEdge.start(
                new HttpEdge.Listen(config.bind(), config.port(), MAX_BODY_BYTES),
                readiness,
                registry,
                api::routes));
    new ServiceNode(
            config.nodeId(),
            "reducer",
            NodeType.REDUCER,
            List.of(),
            edge.url(config.advertisedUrl(), config.bind()),
            config.replicationFactor(),
            config.heartbeatInterval())
        .join(config.kafka(), readiness, () -> 0, resources);
  }

  private static UUID ensureTopic(Admin admin, ReducerConfig config) throws InterruptedException {
    Uuid id =
        Topics.ensure(admin, Set.of(Topic.EVENTS), config.replicationFactor())
            .getOrDefault(Topic.EVENTS, Uuid.ZERO_UUID);
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }
}
