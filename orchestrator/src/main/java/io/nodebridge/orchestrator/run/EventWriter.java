package io.nodebridge.orchestrator.run;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.orchestrator.own.Effect;
import io.nodebridge.orchestrator.own.Request;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// Makes the records of one partition of the event log, each under the partition's claim.
final class EventWriter {
  private static final JsonCodec<WorkflowEvent> EVENT = JsonCodec.of(WorkflowEvent.class);

  private static final String ORIGINAL = "nb_orig_";
  private static final int MAX_KEY_CHARACTERS = 1_024;
  private static final int HEADER_BYTES = 10; // its lengths, at most

  // What is left of the largest event for the rest: envelope, claim, reason, lengths of headers.
  private static final int MAX_REJECTION_BYTES = Topic.EVENTS.maxMessageBytes() - (256 << 10);

  private final int partition;
  private final Claim claim;
  private final UUID requestTopic;
  private final String source;
  private final Clock clock;

  EventWriter(int partition, Claim claim, Uuid requestTopic, String source, Clock clock) {
    this.partition = partition;
    this.claim = claim;
    this.requestTopic =
        new UUID(requestTopic.getMostSignificantBits(), requestTopic.getLeastSignificantBits());
    this.source = source;
    this.clock = clock;
  }

  int partition() {
    return partition;
  }

  /// The claim's marker: behind it, what lower claims wrote is void.
  ProducerRecord<String, byte[]> marker() {
    UUID id = WorkflowIds.minted();
    String subject = Topic.EVENTS.topicName() + "-" + partition;
    return record(
        MessageType.PARTITION_CLAIMED,
        id,
        subject,
        null,
        null,
        "{}".getBytes(StandardCharsets.UTF_8));
  }

  /// An event of a workflow. It goes to the request's partition number, never re-hashed.
  ProducerRecord<String, byte[]> event(Effect.Append append) {
    Request request = append.request();
    Carried carried = (Carried) request.carried();
    WorkflowEvent event =
        new WorkflowEvent(
            request.id(),
            append.sequence(),
            request.document().namespace(),
            request.document().definition(),
            append.definitionVersion(),
            append.definitionHash(),
            append.transitions(),
            append.steps(),
            append.stamp(),
            carried.content().length,
            request.document().contentType(),
            (System.nanoTime() - carried.polledNanos()) / 1_000,
            request.bodyHash(),
            append.error());
    ProducerRecord<String, byte[]> produced =
        record(
            append.type(),
            WorkflowIds.ofEvent(request.id(), append.sequence()),
            request.id().toString(),
            carried.traceparent(),
            request.offset(),
            EVENT.encode(event));
    if (carried.measured()) {
      carried.hopsSoFar().now().writeTo(produced.headers());
    }
    return produced;
  }

  /// A request that can never be run, with its bytes and headers as they are, the reason and the
  /// origin. The reducer makes a dead-letter row of it.
  ///
  /// What was compressed on the request topic, or has a huge key, may not fit into an event: then
  /// key and headers are left out, and in the end the bytes are cut, and the reason says so.
  ProducerRecord<String, byte[]> rejection(ConsumerRecord<String, byte[]> request, String reason) {
    UUID origin = WorkflowIds.ofRecord(requestTopic, partition, request.offset());
    StringBuilder why = new StringBuilder(reason);
    String key = request.key() == null ? origin.toString() : request.key();
    if (key.length() > MAX_KEY_CHARACTERS) {
      why.append("; its key of ").append(key.length()).append(" characters is left out");
      key = origin.toString();
    }
    int room = MAX_REJECTION_BYTES;
    int headerBytes = 0;
    for (Header header : request.headers()) {
      headerBytes +=
          HEADER_BYTES + ORIGINAL.length() + header.key().length() + sizeOf(header.value());
    }
    boolean withHeaders = headerBytes + sizeOf(request.value()) <= room;
    if (!withHeaders) {
      why.append("; its headers of ").append(headerBytes).append(" bytes are left out");
    }
    byte[] value = request.value();
    if (value != null && value.length > room) {
      why.append("; only the first %d of its %d bytes are kept".formatted(room, value.length));
      value = Arrays.copyOf(value, room);
    }
    ProducerRecord<String, byte[]> produced =
        record(MessageType.WORKFLOW_REJECTED, origin, key, null, request.offset(), value);
    put(produced, "nb_reason", why.toString());
    put(produced, "nb_origin", requestTopic + "/" + partition + "/" + request.offset());
    if (withHeaders) {
      for (Header header : request.headers()) {
        produced.headers().add(ORIGINAL + header.key(), header.value());
      }
    }
    return produced;
  }

  private static int sizeOf(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private ProducerRecord<String, byte[]> record(
      MessageType type,
      UUID id,
      String subject,
      @Nullable String traceparent,
      @Nullable Long requestOffset,
      byte @Nullable [] value) {
    ProducerRecord<String, byte[]> produced =
        new ProducerRecord<>(Topic.EVENTS.topicName(), partition, subject, value);
    new Envelope(type, id, source, clock.instant(), subject, traceparent, requestOffset)
        .writeTo(produced.headers());
    claim.writeTo(produced.headers());
    return produced;
  }

  private static void put(ProducerRecord<String, byte[]> produced, String name, String text) {
    produced.headers().add(name, text.getBytes(StandardCharsets.UTF_8));
  }
}
