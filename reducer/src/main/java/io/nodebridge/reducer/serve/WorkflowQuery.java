package io.nodebridge.reducer.serve;

import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.WireTime;
import io.nodebridge.events.message.WorkflowRequest;
import io.nodebridge.events.message.WorkflowState;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Which workflows to list, the latest first.
///
/// @param from by the time of the last event, inclusive
/// @param to exclusive
/// @param after the place behind which the page begins
record WorkflowQuery(
    @Nullable String namespace,
    @Nullable WorkflowState state,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable Place after,
    int limit) {

  static final int DEFAULT_LIMIT = 100;
  static final int MAX_LIMIT = 1_000;

  WorkflowQuery {
    if (namespace != null) {
      WorkflowRequest.requireNamespace(namespace);
    }
  }

  /// A row's place in the list. Clients get it as an opaque word.
  record Place(Instant lastEventAt, UUID id) {

    String cursor() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString((lastEventAt + " " + id).getBytes(StandardCharsets.US_ASCII));
    }

    static Place ofCursor(String cursor) {
      try {
        String[] parts =
            new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII)
                .split(" ", 2);
        return new Place(WireTime.parse(parts[0]), UUID.fromString(parts[1]));
      } catch (IllegalArgumentException | DateTimeException | ArrayIndexOutOfBoundsException e) {
        throw new InvalidMessageException(
            "cursor", cursor, "must be the \"next\" of an earlier page", e);
      }
    }
  }

  static WorkflowState stateOf(String text) {
    try {
      return WorkflowState.valueOf(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(
          "state", text, "must be one of " + Arrays.toString(WorkflowState.values()), e);
    }
  }

  static Instant timeOf(String field, String text) {
    try {
      return WireTime.parse(text);
    } catch (DateTimeException e) {
      throw new InvalidMessageException(
          field, text, "must be an RFC 3339 time in UTC, such as 2026-07-01T12:00:00Z", e);
    }
  }
}
