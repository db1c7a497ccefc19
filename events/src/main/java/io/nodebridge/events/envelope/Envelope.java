package io.nodebridge.events.envelope;

import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.WireTime;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// A message's CloudEvents 1.0 attributes in Kafka's binary mode, and our `nb_request` beside them.
///
/// @param subject the workflow's or the node's id
/// @param traceparent W3C trace context, handed on as it came; what is none is dropped, as W3C says
/// @param requestOffset events only: the offset of the request that this event answers
public record Envelope(
    MessageType type,
    UUID id,
    String source,
    Instant time,
    String subject,
    @Nullable String traceparent,
    @Nullable Long requestOffset) {

  static final String TYPE = "ce_type";
  static final String ID = "ce_id";
  static final String SOURCE = "ce_source";
  static final String TIME = "ce_time";
  static final String SUBJECT = "ce_subject";
  static final String SPEC_VERSION = "ce_specversion";
  static final String CONTENT_TYPE = "content-type";
  static final String TRACEPARENT = "traceparent";
  static final String REQUEST = "nb_request";

  private static final Pattern TRACE_CONTEXT =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[0-9a-z-]{1,200})?");
  private static final byte[] SPEC_1_0 = bytes("1.0");
  private static final byte[] JSON = bytes("application/json");

  public Envelope {
    time = time.truncatedTo(ChronoUnit.MILLIS);
    traceparent = traceContext(traceparent);
  }

  /// The W3C trace context of headers; null if there is none, or none that could be handed on.
  public static @Nullable String traceContextOf(Headers headers) {
    return traceContext(text(headers, TRACEPARENT));
  }

  private static @Nullable String traceContext(@Nullable String traceparent) {
    return traceparent != null && TRACE_CONTEXT.matcher(traceparent).matches() ? traceparent : null;
  }

  /// The `ce_source` of a node.
  public static String sourceOf(String nodeType, String nodeId) {
    return "/nodebridge/" + nodeType + "/" + nodeId;
  }

  public void writeTo(Headers headers) {
    headers.add(SPEC_VERSION, SPEC_1_0);
    headers.add(TYPE, bytes(type.word()));
    headers.add(ID, bytes(id.toString()));
    headers.add(SOURCE, bytes(source));
    headers.add(TIME, bytes(WireTime.format(time)));
    headers.add(SUBJECT, bytes(subject));
    headers.add(CONTENT_TYPE, JSON);
    if (traceparent != null) {
      headers.add(TRACEPARENT, bytes(traceparent));
    }
    if (requestOffset != null) {
      headers.add(REQUEST, bytes(requestOffset.toString()));
    }
  }

  /// Reads what every message carries.
  ///
  /// @throws InvalidMessageException naming the header that is missing or broken
  public static Envelope readFrom(Headers headers) {
    String word = required(headers, TYPE);
    MessageType type = MessageType.ofWord(word);
    if (type == null) {
      throw new InvalidMessageException(TYPE, word, "must be a type that this version knows");
    }
    String request = text(headers, REQUEST);
    try {
      return new Envelope(
          type,
          UUID.fromString(required(headers, ID)),
          required(headers, SOURCE),
          WireTime.parse(required(headers, TIME)),
          required(headers, SUBJECT),
          text(headers, TRACEPARENT),
          request == null ? null : Long.valueOf(request));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new InvalidMessageException("headers", "" + e.getMessage(), "unreadable", e);
    }
  }

  /// The type alone, or null if there is none that this version knows.
  public static @Nullable MessageType typeOf(Headers headers) {
    return MessageType.ofWord(text(headers, TYPE));
  }

  /// A header as UTF-8 text, or null if it is absent.
  public static @Nullable String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static String required(Headers headers, String name) {
    String value = text(headers, name);
    if (value == null) {
      throw new InvalidMessageException(name, "nothing", "this header is required");
    }
    return value;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
