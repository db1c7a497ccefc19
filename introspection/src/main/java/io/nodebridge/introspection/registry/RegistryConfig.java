package io.nodebridge.introspection.registry;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.introspection.config.DatabaseUrl;
import io.nodebridge.introspection.config.Setting;
import io.nodebridge.introspection.config.Settings;

/// What a registry is told, parsed once before anything opens.
///
/// @param deadlines follow from the interval at which the nodes beat; all must be told the same
record RegistryConfig(
    KafkaClients kafka,
    short replicationFactor,
    DatabaseUrl database,
    DatabaseUrl databaseAsOwner,
    String bind,
    int port,
    String registryId,
    Deadlines deadlines) {

  private static final int DEFAULT_PORT = 8082;

  static RegistryConfig from(Settings settings) {
    RegistryConfig config =
        new RegistryConfig(
            new KafkaClients(
                settings.text(Setting.KAFKA_BOOTSTRAP_SERVERS), settings.kafkaOverrides()),
            (short) settings.number(Setting.NODEBRIDGE_REPLICATION_FACTOR, 1, 9),
            settings.database(),
            settings.databaseAsOwner(),
            settings.text(Setting.NODEBRIDGE_BIND),
            settings.port(DEFAULT_PORT),
            settings.nodeId("registry"),
            Deadlines.ofInterval(settings.duration(Setting.NODEBRIDGE_HEARTBEAT_INTERVAL)));
    settings.check();
    return config;
  }
}
