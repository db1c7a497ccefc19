package io.nodebridge.events.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/// The topics of NodeBridge. Partition counts are fixed for ever: ids are hashed onto them.
public enum Topic {
  REQUESTS("nodebridge.workflow.requested.v1", 8, "delete", Duration.ofDays(7), 2 << 20),
  EVENTS("nodebridge.workflow.events.v1", 8, "delete", Duration.ofDays(7), 3 << 20),
  HEARTBEATS("nodebridge.node.heartbeat.v1", 4, "delete", Duration.ofHours(1), 64 << 10),
  INTROSPECTIONS(
      "nodebridge.node.introspection.v1", 4, "compact,delete", Duration.ofDays(7), 64 << 10),
  NODE_REQUESTS("nodebridge.node.request.v1", 1, "delete", Duration.ofHours(1), 64 << 10),
  NODE_STATES("nodebridge.node.state.v1", 1, "compact", null, 64 << 10);

  private final String topicName;
  private final int partitions;
  private final int maxMessageBytes;

  @SuppressWarnings("ImmutableEnumChecker") // Map.of() gives it
  private final Map<String, String> settings;

  // Without a retention a compacted topic keeps its last values for ever.
  Topic(
      String name,
      int partitions,
      String cleanUp,
      @Nullable Duration retention,
      int maxMessageBytes) {
    this.topicName = name;
    this.partitions = partitions;
    this.maxMessageBytes = maxMessageBytes;
    this.settings =
        retention == null
            ? Map.of("cleanup.policy", cleanUp, "max.message.bytes", "" + maxMessageBytes)
            : Map.of(
                "cleanup.policy", cleanUp,
                "retention.ms", "" + retention.toMillis(),
                "max.message.bytes", "" + maxMessageBytes);
  }

  public String topicName() {
    return topicName;
  }

  public int partitions() {
    return partitions;
  }

  /// The largest batch that the broker takes.
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  /// The partition of a key, as Kafka's default partitioner places it.
  public int partitionOf(String key) {
    int hash = Utils.murmur2(key.getBytes(StandardCharsets.UTF_8));
    return Utils.toPositive(hash) % partitions;
  }

  /// The broker's settings for this topic, by Kafka's names.
  public Map<String, String> settings() {
    return settings;
  }
}
