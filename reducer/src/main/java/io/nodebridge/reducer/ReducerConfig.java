package io.nodebridge.reducer;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.introspection.config.DatabaseUrl;
import io.nodebridge.introspection.config.Setting;
import io.nodebridge.introspection.config.Settings;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a reducer is told, parsed once before anything opens.
record ReducerConfig(
    KafkaClients kafka,
    short replicationFactor,
    DatabaseUrl database,
    DatabaseUrl databaseAsOwner,
    String bind,
    int port,
    String nodeId,
    @Nullable URI advertisedUrl,
    Duration heartbeatInterval,
    boolean measure) {

  private static final int DEFAULT_PORT = 8081;

  static ReducerConfig from(Settings settings) {
    ReducerConfig config =
        new ReducerConfig(
            new KafkaClients(
                settings.text(Setting.KAFKA_BOOTSTRAP_SERVERS), settings.kafkaOverrides()),
            (short) settings.number(Setting.NODEBRIDGE_REPLICATION_FACTOR, 1, 9),
            settings.database(),
            settings.databaseAsOwner(),
            settings.text(Setting.NODEBRIDGE_BIND),
            settings.port(DEFAULT_PORT),
            settings.nodeId("reducer"),
            settings.optionalUrl(Setting.NODEBRIDGE_ADVERTISED_URL),
            settings.duration(Setting.NODEBRIDGE_HEARTBEAT_INTERVAL),
            settings.flag(Setting.NODEBRIDGE_MEASURE));
    settings.check();
    return config;
  }
}
