package io.nodebridge.introspection.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.nodebridge.events.message.InvalidMessageException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a request says beside its body.
public final class Parameters {
  /// A wish for a longer wait is granted as this one.
  public static final int MAX_WAIT_SECONDS = 60;

  private static final HeaderName PREFER = HeaderNames.create("Prefer");
  private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait=(\\d{1,4})");
  private static final Pattern UUID_TEXT =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private Parameters() {}

  /// `Prefer: wait=N` (RFC 7240); zero without one.
  public static Duration wait(ServerRequest request) {
    String prefer = request.headers().value(PREFER).orElse(null);
    if (prefer == null) {
      return Duration.ZERO;
    }
    Matcher wait = WAIT.matcher(prefer);
    return wait.find()
        ? Duration.ofSeconds(Math.min(MAX_WAIT_SECONDS, Integer.parseInt(wait.group(1))))
        : Duration.ZERO;
  }

  /// The `{id}` of the path.
  ///
  /// @throws InvalidMessageException if it is no UUID
  public static UUID id(ServerRequest request) {
    String text = request.path().pathParameters().get("id");
    // The JDK alone would also read "1-1-1-1-1".
    if (!UUID_TEXT.matcher(text).matches()) {
      throw new InvalidMessageException("id", text, "must be a UUID");
    }
    return UUID.fromString(text);
  }

  /// Refuses query parameters that are not known or given twice: a filter with a typing error would
  /// silently list everything, and of two values one be ignored.
  public static void refuseUnknown(ServerRequest request, Set<String> known) {
    for (String name : request.query().names()) {
      if (!known.contains(name)) {
        throw new InvalidMessageException(
            name, "a value", known.isEmpty() ? "takes no parameters" : "must be one of " + known);
      }
      if (request.query().all(name).size() > 1) {
        throw new InvalidMessageException(name, "several values", "must be given once");
      }
    }
  }
}
