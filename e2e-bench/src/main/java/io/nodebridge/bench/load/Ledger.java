package io.nodebridge.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What the client knows by itself: which requests were accepted, and what their outcome must be.
/// Nothing in it comes from the system under test but the id.
public final class Ledger {
  private final Map<UUID, Sent> accepted = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

  /// An accepted request.
  ///
  /// @param intendedNanos when it should have left, by `System.nanoTime()`
  /// @param sentNanos when it did
  /// @param answeredNanos when its 202 was there
  /// @param hash BLAKE3 of its content, computed by the client
  public record Sent(
      UUID workflowId,
      long intendedNanos,
      long sentNanos,
      long answeredNanos,
      String hash,
      int sizeBytes) {}

  void accepted(Sent sent) {
    if (accepted.put(sent.workflowId(), sent) != null) {
      failed("the id " + sent.workflowId() + " was given twice");
    }
  }

  void failed(String why) {
    failures.add(why);
  }

  public Map<UUID, Sent> accepted() {
    return Map.copyOf(accepted);
  }

  /// Requests that were not accepted, each with the reason.
  public List<String> failures() {
    return new ArrayList<>(failures);
  }
}
