package io.nodebridge.reducer.poll;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.reducer.fold.LogEntry;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// Decodes records of the event log. Whatever it cannot read becomes a dead entry with its bytes: a
/// bad record never stops a partition.
public final class EntryReader {
  private static final JsonCodec<WorkflowEvent> EVENT = JsonCodec.of(WorkflowEvent.class);

  private EntryReader() {}

  /// What a record of the event log says.
  public static LogEntry read(ConsumerRecord<String, byte[]> polled) {
    try {
      Envelope envelope = Envelope.readFrom(polled.headers());
      return switch (envelope.type()) {
        case WORKFLOW_STARTED, WORKFLOW_PROGRESSED, WORKFLOW_COMPLETED, WORKFLOW_FAILED ->
            new LogEntry.Fact(
                polled.partition(),
                polled.offset(),
                envelope.time(),
                envelope.requestOffset(),
                Claim.readFrom(polled.headers()),
                complete(EVENT.decode(polled.value())));
        case PARTITION_CLAIMED ->
            new LogEntry.Marker(
                polled.partition(), polled.offset(), Claim.readFrom(polled.headers()));
        case WORKFLOW_REJECTED -> {
          String reason = Envelope.text(polled.headers(), "nb_reason");
          yield dead(polled, reason == null ? "rejected without a reason" : reason);
        }
        case WORKFLOW_REQUESTED,
            WORKFLOW_CANCEL_REQUESTED,
            NODE_HEARTBEAT,
            NODE_INTROSPECTION,
            NODE_LEFT,
            NODE_REQUEST,
            NODE_STATE ->
            dead(polled, envelope.type().word() + " does not belong on the event log");
      };
    } catch (InvalidMessageException e) {
      return dead(polled, String.valueOf(e.getMessage()));
    }
  }

  // Absent JSON fields arrive as null whatever the record's component says.
  private static WorkflowEvent complete(WorkflowEvent event) {
    require("workflowId", event.workflowId());
    require("namespace", event.namespace());
    require("definition", event.definition());
    require("contentType", event.contentType());
    require("bodyHash", event.bodyHash());
    for (Transition transition : event.transitions()) {
      require("transitions.from", transition.from());
      require("transitions.to", transition.to());
      require("transitions.at", transition.at());
    }
    for (StepRun step : event.steps()) {
      require("steps.name", step.name());
      require("steps.outcome", step.outcome());
      require("steps.startedAt", step.startedAt());
    }
    Stamp stamp = event.stamp();
    if (stamp != null) {
      require("stamp.stampId", stamp.stampId());
      require("stamp.hash", stamp.hash());
      require("stamp.metadataVersion", stamp.metadataVersion());
    }
    WorkflowError error = event.error();
    if (error != null) {
      require("error.code", error.code());
      require("error.message", error.message());
    }
    return event;
  }

  private static void require(String field, @Nullable Object value) {
    if (value == null) {
      throw new InvalidMessageException(field, "nothing", "is required");
    }
  }

  /// The record as a dead letter.
  static LogEntry.Dead dead(ConsumerRecord<String, byte[]> polled, String reason) {
    return new LogEntry.Dead(
        polled.partition(),
        polled.offset(),
        reason,
        polled.key(),
        polled.value(),
        textOf(polled.headers()));
  }

  private static Map<String, String> textOf(Headers headers) {
    Map<String, String> texts = new HashMap<>();
    for (Header header : headers) {
      if (header.value() != null) {
        texts.put(header.key(), textOf(header.value()));
      }
    }
    return texts;
  }

  private static String textOf(byte[] value) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      return "base64:" + Base64.getEncoder().encodeToString(value);
    }
  }
}
