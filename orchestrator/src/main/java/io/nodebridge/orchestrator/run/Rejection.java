package io.nodebridge.orchestrator.run;

import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;

/// Turns a request that can never be run into a `rejected` event: the original bytes and headers,
/// the reason and the origin. The reducer makes a dead-letter row of it.
final class Rejection {
  private Rejection() {}

  static ProducerRecord<String, byte[]> of(
      ConsumerRecord<String, byte[]> request,
      Uuid topicId,
      String reason,
      String source,
      Instant now) {
    UUID topic = new UUID(topicId.getMostSignificantBits(), topicId.getLeastSignificantBits());
    UUID origin = WorkflowIds.ofRecord(topic, request.partition(), request.offset());
    ProducerRecord<String, byte[]> event =
        new ProducerRecord<>(
            Topic.EVENTS.topicName(), request.partition(), request.key(), request.value());
    new Envelope(
            MessageType.WORKFLOW_REJECTED,
            origin,
            source,
            now,
            request.key() == null ? origin.toString() : request.key(),
            null,
            request.offset())
        .writeTo(event.headers());
    event.headers().add("nb_reason", reason.getBytes(StandardCharsets.UTF_8));
    event
        .headers()
        .add(
            "nb_origin",
            (topic + "/" + request.partition() + "/" + request.offset())
                .getBytes(StandardCharsets.UTF_8));
    for (Header header : request.headers()) {
      event.headers().add("nb_orig_" + header.key(), header.value());
    }
    return event;
  }
}
