package io.nodebridge.events.message;

import java.time.DateTimeException;
import java.time.Instant;

/// The times of the wire: RFC 3339, from 1970 to the last year that it can write.
///
/// Java reads years up to a thousand million, which neither a count of milliseconds nor Postgres
/// can hold: such a time has to be refused where it is read, not where it is used.
public final class WireTime {
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

  private WireTime() {}

  /// Reads a time.
  ///
  /// @throws DateTimeException if it is none, or beyond the years
  public static Instant parse(String text) {
    Instant time = Instant.parse(text);
    if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
      throw new DateTimeException("its year must be from 1970 to 9999");
    }
    return time;
  }
}
