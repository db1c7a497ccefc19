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
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// Decodes records of the event log. Whatever it cannot read becomes a dead entry with its bytes: a
/// bad record never stops a partition.
public final class EntryReader {
  private static final JsonCodec<WorkflowEvent> EVENT = JsonCodec.of(WorkflowEvent.class);

  private static final Pattern ORIGIN =
      Pattern.compile("(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12})/(\\d+)/(\\d{1,18})");

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
        case WORKFLOW_REJECTED -> rejection(polled);
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

  private static LogEntry rejection(ConsumerRecord<String, byte[]> polled) {
    String reason = Envelope.text(polled.headers(), "nb_reason");
    return new LogEntry.Rejection(
        Claim.readFrom(polled.headers()),
        dead(polled, origin(polled), reason == null ? "rejected without a reason" : reason));
  }

  private static LogEntry.Origin origin(ConsumerRecord<String, byte[]> polled) {
    String origin = String.valueOf(Envelope.text(polled.headers(), "nb_origin"));
    Matcher parts = ORIGIN.matcher(origin);
    if (!parts.matches() || !parts.group(2).equals("" + polled.partition())) {
      throw new InvalidMessageException(
          "nb_origin", origin, "must be <topic id>/" + polled.partition() + "/<offset>");
    }
    return new LogEntry.Origin(UUID.fromString(parts.group(1)), Long.parseLong(parts.group(3)));
  }

  /// The record as a dead letter.
  static LogEntry.Dead dead(ConsumerRecord<String, byte[]> polled, String reason) {
    return dead(polled, null, reason);
  }

  private static LogEntry.Dead dead(
      ConsumerRecord<String, byte[]> polled, LogEntry.@Nullable Origin origin, String reason) {
    return new LogEntry.Dead(
        polled.partition(),
        polled.offset(),
        origin,
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
