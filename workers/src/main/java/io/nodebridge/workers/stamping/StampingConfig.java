package io.nodebridge.workers.stamping;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.introspection.config.Setting;
import io.nodebridge.introspection.config.Settings;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a stamping worker is told, parsed once before anything opens.
record StampingConfig(
    KafkaClients kafka,
    short replicationFactor,
    String bind,
    int port,
    String nodeId,
    @Nullable URI advertisedUrl,
    Duration heartbeatInterval) {

  private static final int DEFAULT_PORT = 8083;

  static StampingConfig from(Settings settings) {
    StampingConfig config =
        new StampingConfig(
            new KafkaClients(
                settings.text(Setting.KAFKA_BOOTSTRAP_SERVERS), settings.kafkaOverrides()),
            (short) settings.number(Setting.NODEBRIDGE_REPLICATION_FACTOR, 1, 9),
            settings.text(Setting.NODEBRIDGE_BIND),
            settings.port(DEFAULT_PORT),
            settings.nodeId("stamping"),
            settings.optionalUrl(Setting.NODEBRIDGE_ADVERTISED_URL),
            settings.duration(Setting.NODEBRIDGE_HEARTBEAT_INTERVAL));
    settings.check();
    return config;
  }
}
