package io.nodebridge.orchestrator.own;

import io.nodebridge.events.envelope.Claim;
import java.util.Map;
import java.util.TreeMap;

/// The requests of a partition that are not finished, each with where its events may begin.
final class OpenRequests {
  private final TreeMap<Long, Long> open = new TreeMap<>();
  private final Claim claim;
  private final Takeover takeover;
  private long next;
  private long eventsEnd;

  OpenRequests(Claim claim, long first, Takeover takeover, long eventsEnd) {
    this.claim = claim;
    this.next = first;
    this.takeover = takeover;
    this.eventsEnd = eventsEnd;
  }

  /// A request was polled; offsets arrive in rising order.
  void begin(long offset) {
    open.put(offset, eventsFrom(offset));
    next = offset + 1;
  }

  /// A request needs no more doing.
  void end(long offset) {
    open.remove(offset);
  }

  /// One of our events lies at this offset, so what comes lies behind it.
  void appended(long eventOffset) {
    eventsEnd = Math.max(eventsEnd, eventOffset + 1);
  }

  /// The first unfinished request, or the one after the last.
  Commit commit() {
    Map.Entry<Long, Long> first =
        open.isEmpty() ? Map.entry(next, eventsFrom(next)) : open.firstEntry();
    return new Commit(
        first.getKey(),
        claim,
        first.getValue(),
        known(first.getKey()) ? takeover.inForce() : claim);
  }

  long next() {
    return next;
  }

  /// How far the newest request is ahead of the first unfinished one.
  long spread() {
    return open.isEmpty() ? 0 : next - open.firstKey();
  }

  private long eventsFrom(long offset) {
    return known(offset) ? takeover.eventsFrom() : eventsEnd;
  }

  // Of a request up to the highest that the former owner wrote of, it may have written before us.
  private boolean known(long offset) {
    return offset <= takeover.highestRequest();
  }
}
