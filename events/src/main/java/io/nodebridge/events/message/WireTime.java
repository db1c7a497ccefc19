package io.nodebridge.events.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// The times of the wire: RFC 3339, from 1970 to the last year that it can write.
///
/// Java reads years up to a thousand million, which neither a count of milliseconds nor Postgres
/// can hold: such a time has to be refused where it is read, not where it is used. The form that we
/// write, `2026-01-31T23:59:59.999Z`, is read and written here by hand: an event carries four
/// times, and Java's formatters took a third of the reducer's time to decode it.
public final class WireTime {
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final String FORM = "dddd-dd-ddTdd:dd:dd.dddZ";
  private static final long NANOS_A_MILLISECOND = 1_000_000;

  private WireTime() {}

  /// Reads a time.
  ///
  /// @throws DateTimeException if it is none, or beyond the years
  public static Instant parse(String text) {
    Instant time = ours(text) ? read(text) : Instant.parse(text);
    if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
      throw new DateTimeException("its year must be from 1970 to 9999");
    }
    return time;
  }

  /// Writes a time with its milliseconds; what is finer is cut.
  ///
  /// @throws DateTimeException if its year is none of four digits
  public static String format(Instant time) {
    LocalDateTime at = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    if (at.getYear() < 0 || at.getYear() > 9_999) {
      throw new DateTimeException("the year " + at.getYear() + " must have four digits");
    }
    char[] text = FORM.toCharArray();
    write(text, 0, 4, at.getYear());
    write(text, 5, 7, at.getMonthValue());
    write(text, 8, 10, at.getDayOfMonth());
    write(text, 11, 13, at.getHour());
    write(text, 14, 16, at.getMinute());
    write(text, 17, 19, at.getSecond());
    write(text, 20, 23, (int) (at.getNano() / NANOS_A_MILLISECOND));
    return new String(text);
  }

  // An hour 24 and a leap second are Java's to judge.
  private static boolean ours(String text) {
    if (text.length() != FORM.length()) {
      return false;
    }
    for (int i = 0; i < FORM.length(); i++) {
      char at = text.charAt(i);
      char form = FORM.charAt(i);
      if (form == 'd' ? at < '0' || at > '9' : at != form) {
        return false;
      }
    }
    return number(text, 11, 13) < 24 && number(text, 17, 19) < 60;
  }

  private static Instant read(String text) {
    return LocalDateTime.of(
            number(text, 0, 4),
            number(text, 5, 7),
            number(text, 8, 10),
            number(text, 11, 13),
            number(text, 14, 16),
            number(text, 17, 19),
            (int) (number(text, 20, 23) * NANOS_A_MILLISECOND))
        .toInstant(ZoneOffset.UTC);
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }

  private static void write(char[] text, int from, int to, int number) {
    int rest = number;
    for (int i = to - 1; i >= from; i--) {
      text[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
