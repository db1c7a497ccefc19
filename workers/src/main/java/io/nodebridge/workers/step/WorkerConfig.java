package io.nodebridge.workers.step;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.introspection.config.Setting;
import io.nodebridge.introspection.config.Settings;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a worker is told, parsed once before anything opens.
record WorkerConfig(
    KafkaClients kafka,
    short replicationFactor,
    String bind,
    int port,
    String nodeId,
    @Nullable URI advertisedUrl,
    int maxInFlight,
    Duration heartbeatInterval) {

  static WorkerConfig from(Settings settings, String name, int defaultPort) {
    WorkerConfig config =
        new WorkerConfig(
            new KafkaClients(
                settings.text(Setting.KAFKA_BOOTSTRAP_SERVERS), settings.kafkaOverrides()),
            (short) settings.number(Setting.NODEBRIDGE_REPLICATION_FACTOR, 1, 9),
            settings.text(Setting.NODEBRIDGE_BIND),
            settings.port(defaultPort),
            settings.nodeId(name),
            settings.optionalUrl(Setting.NODEBRIDGE_ADVERTISED_URL),
            settings.number(Setting.NODEBRIDGE_MAX_IN_FLIGHT, 1, 100_000),
            settings.duration(Setting.NODEBRIDGE_HEARTBEAT_INTERVAL));
    settings.check();
    return config;
  }
}
