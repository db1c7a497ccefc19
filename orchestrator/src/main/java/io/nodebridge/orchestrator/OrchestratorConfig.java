package io.nodebridge.orchestrator;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.introspection.config.Setting;
import io.nodebridge.introspection.config.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an orchestrator is told, parsed once before anything opens.
record OrchestratorConfig(
    KafkaClients kafka,
    short replicationFactor,
    String bind,
    int port,
    String nodeId,
    @Nullable URI advertisedUrl,
    URI readUrl,
    @Nullable URI reducerUrl,
    Map<String, URI> routes,
    Duration breakerOpen,
    @Nullable Path definitions,
    int maxInFlight,
    int maxContentBytes,
    int maxUnacknowledgedBytes,
    Duration heartbeatInterval,
    boolean measure) {

  private static final int DEFAULT_PORT = 8080;

  static OrchestratorConfig from(Settings settings) {
    OrchestratorConfig config =
        new OrchestratorConfig(
            new KafkaClients(
                settings.text(Setting.KAFKA_BOOTSTRAP_SERVERS), settings.kafkaOverrides()),
            (short) settings.number(Setting.NODEBRIDGE_REPLICATION_FACTOR, 1, 9),
            settings.text(Setting.NODEBRIDGE_BIND),
            settings.port(DEFAULT_PORT),
            settings.nodeId("orchestrator"),
            settings.optionalUrl(Setting.NODEBRIDGE_ADVERTISED_URL),
            settings.url(Setting.NODEBRIDGE_READ_URL),
            settings.optionalUrl(Setting.NODEBRIDGE_REDUCER_URL),
            settings.routes(),
            settings.duration(Setting.NODEBRIDGE_BREAKER_OPEN),
            settings.optionalPath(Setting.NODEBRIDGE_DEFINITIONS),
            settings.number(Setting.NODEBRIDGE_MAX_IN_FLIGHT, 1, 100_000),
            settings.number(Setting.NODEBRIDGE_MAX_CONTENT_BYTES, 1, 1 << 20),
            settings.number(Setting.NODEBRIDGE_MAX_UNACKNOWLEDGED_BYTES, 2 << 20, 1 << 30),
            settings.duration(Setting.NODEBRIDGE_HEARTBEAT_INTERVAL),
            settings.flag(Setting.NODEBRIDGE_MEASURE));
    settings.check();
    return config;
  }
}
