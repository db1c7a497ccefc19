package io.nodebridge.orchestrator.run;

import java.util.TreeSet;

/// How far one partition of requests is done without a gap: the first offset that is still open.
/// Workflows end in any order; only what lies below the watermark is never polled again.
final class OffsetWatermark {
  private final TreeSet<Long> open = new TreeSet<>();
  private long next;

  OffsetWatermark(long firstOffset) {
    this.next = firstOffset;
  }

  /// A request was polled; offsets arrive in rising order.
  synchronized void begin(long offset) {
    open.add(offset);
    next = offset + 1;
  }

  /// A request's terminal event is on the log.
  synchronized void end(long offset) {
    open.remove(offset);
  }

  /// The offset to commit.
  synchronized long position() {
    return open.isEmpty() ? next : open.first();
  }
}
