package io.nodebridge.introspection.registry;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.kafka.Topics;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Meters;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.introspection.service.OwnedResources;
import io.nodebridge.introspection.service.ServiceProcess;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;

/// Wires the registry and runs it until it is told to stop.
public final class RegistryMain {
  private static final Set<Topic> TOPICS =
      Set.of(Topic.HEARTBEATS, Topic.INTROSPECTIONS, Topic.NODE_REQUESTS, Topic.NODE_STATES);
  private static final long MAX_BODY_BYTES = 64 << 10;

  private RegistryMain() {}

  public static void main(String[] args) {
    ServiceProcess.run("registry", args, System.getenv(), RegistryConfig::from, RegistryMain::open);
  }

  private static void open(RegistryConfig config, OwnedResources resources) throws Exception {
    String id = config.registryId();
    RegistryStore store =
        resources.own(
            RegistryStore.open(config.database(), config.databaseAsOwner(), ensureTopics(config)));
    PrometheusMeterRegistry registry = Meters.create(resources);
    InstantSource clock = RegistryLoop.steadyClock();
    Announcer announcer =
        resources.own(new Announcer(config.kafka().producer(id), id, InstantSource.system()));
    RegistryLoop loop =
        resources.own(
            new RegistryLoop(
                new Leadership(config.kafka().consumer(id, Leadership.GROUP, "latest")),
                config.kafka().reader(id + "-ears", "latest"),
                announcer,
                store,
                new RegistryMeters(registry),
                config,
                clock));
    loop.start();

    Readiness readiness = new Readiness();
    readiness.require("a registry leads", loop::ready);
    readiness.require("database reachable", store::reachable);
    resources.own(
        HttpEdge.start(
            new HttpEdge.Listen(config.bind(), config.port(), MAX_BODY_BYTES),
            readiness,
            registry,
            new RegistryApi(loop, store)::routes));
  }

  private static Map<Topic, UUID> ensureTopics(RegistryConfig config) throws InterruptedException {
    Map<Topic, UUID> ids = new EnumMap<>(Topic.class);
    try (Admin admin = config.kafka().admin(config.registryId() + "-admin")) {
      Topics.ensure(admin, TOPICS, config.replicationFactor())
          .forEach(
              (topic, id) ->
                  ids.put(
                      topic, new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits())));
    }
    return ids;
  }
}
