package io.nodebridge.introspection.registry;

import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.NodeRequest;
import io.nodebridge.events.message.NodeState;
import io.nodebridge.events.message.NodeType;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Publishes verdicts, and asks nodes to introduce themselves.
///
/// A verdict that could not be sent is owed: [#takeOwed()] names the nodes whose present verdict
/// has to be published again.
final class Announcer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
  private static final JsonCodec<NodeState> STATE = JsonCodec.of(NodeState.class);
  private static final JsonCodec<NodeRequest> REQUEST = JsonCodec.of(NodeRequest.class);
  private static final long ANSWER_WITHIN_MILLIS = 5_000;

  private final Producer<String, byte[]> producer;
  private final String registryId;
  private final InstantSource clock;
  private final Set<String> owed = ConcurrentHashMap.newKeySet();

  Announcer(Producer<String, byte[]> producer, String registryId, InstantSource clock) {
    this.producer = producer;
    this.registryId = registryId;
    this.clock = clock;
  }

  void publish(NodeState verdict) {
    send(
        MessageType.NODE_STATE,
        Topic.NODE_STATES,
        verdict.nodeId(),
        STATE.encode(verdict),
        () -> owed.add(verdict.nodeId()));
  }

  /// Forgets a node: its last verdict may be compacted away.
  void forget(String nodeId) {
    send(MessageType.NODE_STATE, Topic.NODE_STATES, nodeId, null, () -> {});
  }

  /// Asks every node of every type.
  NodeRequest ask(String reason) {
    return ask(reason, List.of(), ANSWER_WITHIN_MILLIS);
  }

  /// Asks the nodes of some types, or of all if there are none.
  ///
  /// @return what was asked, with the id that answers carry
  NodeRequest ask(String reason, List<NodeType> types, long timeoutMillis) {
    NodeRequest request =
        new NodeRequest(registryId, reason, types, timeoutMillis, UUID.randomUUID().toString());
    send(
        MessageType.NODE_REQUEST,
        Topic.NODE_REQUESTS,
        registryId,
        REQUEST.encode(request),
        () -> {});
    return request;
  }

  /// The nodes whose verdict failed to be sent since the last call.
  Set<String> takeOwed() {
    Set<String> taken = Set.copyOf(owed);
    owed.removeAll(taken);
    return taken;
  }

  @Override
  public void close() {
    producer.close();
  }

  private void send(
      MessageType type, Topic topic, String key, byte @Nullable [] value, Runnable failed) {
    ProducerRecord<String, byte[]> message = new ProducerRecord<>(topic.topicName(), key, value);
    new Envelope(
            type,
            WorkflowIds.minted(),
            Envelope.sourceOf("registry", registryId),
            clock.instant(),
            key,
            null,
            null)
        .writeTo(message.headers());
    try {
      var _ =
          producer.send(
              message,
              (metadata, e) -> {
                if (e != null) {
                  failed.run();
                  logFailure(type, key, e);
                }
              });
    } catch (KafkaException e) {
      failed.run();
      logFailure(type, key, e);
    }
  }

  private static void logFailure(MessageType type, String key, Exception e) {
    LOG.atWarn()
        .setCause(e)
        .addKeyValue("type", type.word())
        .addKeyValue("key", key)
        .log("a message could not be sent");
  }
}
