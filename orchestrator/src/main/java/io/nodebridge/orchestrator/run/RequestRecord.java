package io.nodebridge.orchestrator.run;

import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowRequest;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// A request as it was polled: readable, with its id and its place in the log.
///
/// @param bodyHash BLAKE3 of the record's value, by which a repeat is told from a conflict
/// @param polledNanos `System.nanoTime()` of the poll's return
record RequestRecord(
    UUID workflowId,
    WorkflowRequest request,
    byte[] content,
    String bodyHash,
    int partition,
    long offset,
    @Nullable String traceparent,
    HopStamps hops,
    long polledNanos) {

  private static final JsonCodec<WorkflowRequest> REQUEST = JsonCodec.of(WorkflowRequest.class);

  /// Reads a record; its key is the workflow id, and a record without key gets a derived one.
  ///
  /// @throws InvalidMessageException if it can never be run
  static RequestRecord of(
      ConsumerRecord<String, byte[]> polled, Uuid topicId, int maxContentBytes, long polledNanos) {
    requireKnownType(polled);
    WorkflowRequest request = REQUEST.decodeForeign(polled.value());
    HopStamps hops = HopStamps.readFrom(polled.headers());
    return new RequestRecord(
        idOf(polled, topicId),
        request,
        request.checkedContent(maxContentBytes),
        ContentHash.of(polled.value()),
        polled.partition(),
        polled.offset(),
        Envelope.traceContextOf(polled.headers()),
        hops.nanos().length == 0 ? hops : hops.at(polledNanos),
        polledNanos);
  }

  /// Whether the record lies where its id belongs; events are written to the same number.
  boolean atHome() {
    return Topic.REQUESTS.partitionOf(workflowId.toString()) == partition;
  }

  boolean measured() {
    return hops.nanos().length > 0;
  }

  // A client without CloudEvents says no type; another type, or a later version, is not understood.
  private static void requireKnownType(ConsumerRecord<String, byte[]> polled) {
    String type = Envelope.text(polled.headers(), "ce_type");
    if (type != null && !type.equals(MessageType.WORKFLOW_REQUESTED.word())) {
      throw new InvalidMessageException(
          "ce_type", type, "must be " + MessageType.WORKFLOW_REQUESTED.word() + ", or absent");
    }
  }

  private static UUID idOf(ConsumerRecord<String, byte[]> polled, Uuid topicId) {
    if (polled.key() == null) {
      UUID topic = new UUID(topicId.getMostSignificantBits(), topicId.getLeastSignificantBits());
      return WorkflowIds.ofRecord(topic, polled.partition(), polled.offset());
    }
    try {
      return UUID.fromString(polled.key());
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("key", polled.key(), "must be the workflow's UUID", e);
    }
  }
}
