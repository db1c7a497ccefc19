package io.nodebridge.orchestrator.run;

import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.CancelRequest;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowRequest;
import io.nodebridge.orchestrator.own.Request;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;

/// Reads polled records as requests.
final class RequestReader {
  private static final JsonCodec<WorkflowRequest> REQUEST = JsonCodec.of(WorkflowRequest.class);
  private static final JsonCodec<CancelRequest> CANCEL = JsonCodec.of(CancelRequest.class);

  private RequestReader() {}

  /// Reads a record; its key is the workflow id, and a record without key gets a derived one.
  ///
  /// @param polledNanos `System.nanoTime()` of the poll's return
  /// @throws InvalidMessageException if it can never be run
  static Request read(
      ConsumerRecord<String, byte[]> polled, Uuid topicId, int maxContentBytes, long polledNanos) {
    requireKnownType(polled);
    WorkflowRequest document = REQUEST.decodeForeign(polled.value());
    HopStamps hops = HopStamps.readFrom(polled.headers());
    return new Request(
        idOf(polled, topicId),
        document,
        ContentHash.of(polled.value()),
        polled.offset(),
        new Carried(
            polled,
            document.checkedContent(maxContentBytes),
            Envelope.traceContextOf(polled.headers()),
            polledNanos,
            new ConcurrentHashMap<>(),
            new AtomicReference<>(hops.nanos().length == 0 ? hops : hops.at(polledNanos)),
            new Calls()));
  }

  /// Reads a record of the type `cancel-requested`.
  ///
  /// @throws InvalidMessageException if it says nothing that can be understood
  static CancelRequest readCancel(ConsumerRecord<String, byte[]> polled) {
    return CANCEL.decodeForeign(polled.value());
  }

  /// Whether the record lies where its id belongs; events are written to the same number.
  static boolean atHome(UUID workflowId, int partition) {
    return Topic.REQUESTS.partitionOf(workflowId.toString()) == partition;
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
