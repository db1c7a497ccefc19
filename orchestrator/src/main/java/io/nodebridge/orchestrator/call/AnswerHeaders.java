package io.nodebridge.orchestrator.call;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.MessageHeaders;

/// What a worker's answer says beside its body.
final class AnswerHeaders {
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
  private static final Pattern WORK =
      Pattern.compile("(?:^|,)\\s*work\\s*;\\s*dur\\s*=\\s*(\\d{1,9}(?:\\.\\d{1,9})?)");
  private static final double NANOS_PER_MILLI = 1e6;

  private AnswerHeaders() {}

  /// How long `Retry-After` asks to wait, as seconds or as a date; zero without one, or with one
  /// that is neither.
  static Duration retryAfter(MessageHeaders headers, Clock clock) {
    Header header = headers.getFirstHeader("Retry-After");
    if (header == null) {
      return Duration.ZERO;
    }
    String asked = header.getValue().strip();
    if (SECONDS.matcher(asked).matches()) {
      return Duration.ofSeconds(Long.parseLong(asked));
    }
    try {
      Instant when = ZonedDateTime.parse(asked, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(clock.instant(), when);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }

  /// The `work` of `Server-Timing`, whose unit is the millisecond; 0 without one.
  static long workNanos(MessageHeaders headers) {
    for (Header timing : headers.getHeaders("Server-Timing")) {
      Matcher work = WORK.matcher(timing.getValue());
      if (work.find()) {
        return Math.round(Double.parseDouble(work.group(1)) * NANOS_PER_MILLI);
      }
    }
    return 0;
  }
}
