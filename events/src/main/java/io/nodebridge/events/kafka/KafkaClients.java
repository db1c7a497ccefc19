package io.nodebridge.events.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Kafka clients with the settings that NodeBridge's guarantees rest on: acks=all with an
/// idempotent producer, no automatic commits, no automatic topics, keys as text.
///
/// @param bootstrapServers `host:port` list
/// @param overrides pass-through settings by Kafka's names; they win
public record KafkaClients(String bootstrapServers, Map<String, String> overrides) {

  private static final int FETCH_WAIT_MILLIS = 500;
  private static final int SESSION_MILLIS = 6_000;

  public KafkaClients {
    overrides = Map.copyOf(overrides);
  }

  /// How long a member of a group is not heard of before its partitions are given to others.
  public Duration sessionTimeout() {
    String override = overrides.get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
    return Duration.ofMillis(override == null ? SESSION_MILLIS : Long.parseLong(override));
  }

  public Admin admin(String clientId) {
    Map<String, Object> settings = shared(clientId);
    settings.putAll(overrides);
    return Admin.create(settings);
  }

  /// A producer that favours latency: a record leaves at once, and what arrives while a request is
  /// on its way shares the next one.
  public Producer<String, byte[]> producer(String clientId) {
    Map<String, Object> settings = shared(clientId);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 3 << 20);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    settings.putAll(overrides);
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /// A member of a group; its offsets are committed by hand.
  ///
  /// @param offsetReset `none` where the position is kept elsewhere
  public Consumer<String, byte[]> consumer(String clientId, String group, String offsetReset) {
    Map<String, Object> settings = consuming(clientId, offsetReset);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_500);
    settings.putAll(overrides);
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /// A reader outside any group, for `assign`.
  public Consumer<String, byte[]> reader(String clientId, String offsetReset) {
    return reader(clientId, offsetReset, FETCH_WAIT_MILLIS);
  }

  /// A reader that jumps from place to place.
  ///
  /// @param waitMillis how long the broker may hold a fetch at the log's end; until it answers, it
  ///   gives nothing of another place
  public Consumer<String, byte[]> reader(String clientId, String offsetReset, int waitMillis) {
    Map<String, Object> settings = consuming(clientId, offsetReset);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, waitMillis);
    settings.putAll(overrides);
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private Map<String, Object> consuming(String clientId, String offsetReset) {
    Map<String, Object> settings = shared(clientId);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, offsetReset);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
    return settings;
  }

  private Map<String, Object> shared(String clientId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    settings.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
    settings.put("enable.metrics.push", false);
    // The system sizes them. In Kafka's own 32 and 64 KiB a packet of loopback finds no room, and
    // what was dropped comes again after 200 ms.
    settings.put(
        CommonClientConfigs.RECEIVE_BUFFER_CONFIG, CommonClientConfigs.RECEIVE_BUFFER_LOWER_BOUND);
    settings.put(
        CommonClientConfigs.SEND_BUFFER_CONFIG, CommonClientConfigs.SEND_BUFFER_LOWER_BOUND);
    settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    return settings;
  }
}
