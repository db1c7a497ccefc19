package io.nodebridge.introspection.registry;

import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Understands what came from the log, and refuses whatever the fold or the database could not
/// bear: one bad message must not hold up the others.
final class MessageReader {
  private static final JsonCodec<Heartbeat> HEARTBEAT = JsonCodec.of(Heartbeat.class);
  private static final JsonCodec<Introspection> INTROSPECTION = JsonCodec.of(Introspection.class);
  private static final Pattern NODE_ID = Pattern.compile("[a-z0-9-]{1,63}");
  private static final Pattern CAPABILITY = Pattern.compile("[a-z0-9._-]{1,128}");

  private MessageReader() {}

  /// Reads one message; an unknown type is as unreadable as a broken document.
  ///
  /// @throws InvalidMessageException naming what is wrong
  static NodeMessage read(ConsumerRecord<String, byte[]> message) {
    MessageType type = Envelope.typeOf(message.headers());
    return switch (type) {
      case NODE_HEARTBEAT -> new NodeMessage.Beat(beat(message));
      case NODE_INTROSPECTION -> new NodeMessage.Announcement(introspection(message));
      case NODE_LEFT -> new NodeMessage.Farewell(introspection(message));
      case null, default ->
          throw new InvalidMessageException(
              "ce_type", "" + type, "must be a heartbeat, an introspection or a farewell");
    };
  }

  private static Heartbeat beat(ConsumerRecord<String, byte[]> message) {
    Heartbeat beat = HEARTBEAT.decode(storable(message.value()));
    nodeId(beat.nodeId(), message.key());
    required("type", beat.type());
    required("health", beat.health());
    required("lastActivityAt", beat.lastActivityAt());
    Heartbeat.Resources resources = beat.resources();
    required("resources", resources);
    finite("resources.cpuPercent", resources.cpuPercent());
    finite("resources.memoryMb", resources.memoryMb());
    finite("resources.memoryPercent", resources.memoryPercent());
    return beat;
  }

  private static Introspection introspection(ConsumerRecord<String, byte[]> message) {
    Introspection said = INTROSPECTION.decode(storable(message.value()));
    nodeId(said.nodeId(), message.key());
    required("type", said.type());
    required("name", said.name());
    required("version", said.version());
    Endpoints endpoints = said.endpoints();
    required("endpoints", endpoints);
    for (String capability : said.capabilities()) {
      if (!CAPABILITY.matcher(capability).matches()) {
        throw new InvalidMessageException("capabilities", capability, "must match " + CAPABILITY);
      }
    }
    return said;
  }

  private static void nodeId(@Nullable String nodeId, @Nullable String key) {
    if (nodeId == null || !NODE_ID.matcher(nodeId).matches()) {
      throw new InvalidMessageException("nodeId", "" + nodeId, "must match " + NODE_ID);
    }
    if (!nodeId.equals(key)) {
      throw new InvalidMessageException("key", "" + key, "must be the node's id, " + nodeId);
    }
  }

  private static void required(String field, @Nullable Object value) {
    if (value == null) {
      throw new InvalidMessageException(field, "nothing", "this field is required");
    }
  }

  private static void finite(String field, double value) {
    if (!Double.isFinite(value)) {
      throw new InvalidMessageException(field, "" + value, "must be a finite number");
    }
  }

  // Postgres keeps no NUL in a JSON document.
  private static byte[] storable(byte @Nullable [] json) {
    if (json == null) {
      throw new InvalidMessageException("document", "nothing", "a JSON object is required");
    }
    if (new String(json, StandardCharsets.UTF_8).contains("\\u0000")) {
      throw new InvalidMessageException("document", "a NUL character", "must be text without NUL");
    }
    return json;
  }
}
