package io.nodebridge.orchestrator.own;

import io.nodebridge.events.envelope.Claim;
import org.jspecify.annotations.Nullable;

/// What is committed for a partition of the request topic: the first unfinished request and, as the
/// offset's metadata, where and how the next owner begins to read the event log.
///
/// @param claim under which it was committed
/// @param eventsFrom every event of every request from `offset` on lies here or behind
/// @param inForce the highest claim whose marker lies before `eventsFrom`: what is lower means
///   nothing from there on; null if there is none
public record Commit(long offset, Claim claim, long eventsFrom, @Nullable Claim inForce) {
  private static final String NONE = "-";

  /// As the offset's metadata: claim, offset, claim.
  public String metadata() {
    return claim + " " + eventsFrom + " " + (inForce == null ? NONE : inForce);
  }

  /// Reads a committed offset.
  ///
  /// @return null if the metadata is not ours: then nothing is known
  public static @Nullable Commit read(long offset, @Nullable String metadata) {
    String[] parts = metadata == null ? new String[0] : metadata.split(" ", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      return new Commit(
          offset,
          Claim.parse(parts[0]),
          Long.parseLong(parts[1]),
          parts[2].equals(NONE) ? null : Claim.parse(parts[2]));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
