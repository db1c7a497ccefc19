package io.nodebridge.orchestrator.call;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a worker's answer says beside its body.
final class AnswerHeaders {
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
  private static final Pattern WORK =
      Pattern.compile("(?:^|,)\\s*work\\s*;\\s*dur\\s*=\\s*(\\d{1,9}(?:\\.\\d{1,9})?)");
  private static final double NANOS_PER_MILLI = 1e6;

  private AnswerHeaders() {}

  /// How long `Retry-After` asks to wait, as seconds or as a date; zero without one, or with one
  /// that is neither.
  static Duration retryAfter(HttpHeaders headers, Clock clock) {
    Optional<String> asked = headers.firstValue("Retry-After").map(String::strip);
    if (asked.isEmpty()) {
      return Duration.ZERO;
    }
    if (SECONDS.matcher(asked.get()).matches()) {
      return Duration.ofSeconds(Long.parseLong(asked.get()));
    }
    try {
      Instant when =
          ZonedDateTime.parse(asked.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(clock.instant(), when);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }

  /// The `work` of `Server-Timing`, whose unit is the millisecond; 0 without one.
  static long workNanos(HttpHeaders headers) {
    for (String timing : headers.allValues("Server-Timing")) {
      Matcher work = WORK.matcher(timing);
      if (work.find()) {
        return Math.round(Double.parseDouble(work.group(1)) * NANOS_PER_MILLI);
      }
    }
    return 0;
  }
}
