package io.nodebridge.events.envelope;

import io.nodebridge.events.message.InvalidMessageException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// An orchestrator's right to a partition, as its claim marker and its events carry it in
/// `nb_claim`. Behind a marker, what a lower claim wrote is void: its writer had lost the partition
/// already.
///
/// @param epoch grows only when the group has lost its committed offset
/// @param generation the consumer group's
public record Claim(int epoch, int generation) implements Comparable<Claim> {
  static final String HEADER = "nb_claim";

  private static final Comparator<Claim> ORDER =
      Comparator.comparingInt(Claim::epoch).thenComparingInt(Claim::generation);

  public void writeTo(Headers headers) {
    headers.add(HEADER, toString().getBytes(StandardCharsets.US_ASCII));
  }

  /// The claim that a record carries, or null if it carries none.
  ///
  /// @throws InvalidMessageException if the header is there and unreadable
  public static @Nullable Claim readFrom(Headers headers) {
    String text = Envelope.text(headers, HEADER);
    if (text == null) {
      return null;
    }
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(HEADER, text, "must be epoch.generation", e);
    }
  }

  /// Reads `epoch.generation`.
  ///
  /// @throws IllegalArgumentException if it is none
  public static Claim parse(String text) {
    int dot = text.indexOf('.');
    if (dot < 0) {
      throw new IllegalArgumentException("no dot in " + text);
    }
    return new Claim(
        Integer.parseInt(text, 0, dot, 10), Integer.parseInt(text, dot + 1, text.length(), 10));
  }

  @Override
  public int compareTo(Claim other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return epoch + "." + generation;
  }
}
