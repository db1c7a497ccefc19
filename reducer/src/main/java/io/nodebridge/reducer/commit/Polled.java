package io.nodebridge.reducer.commit;

import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.reducer.fold.LogEntry;

/// An entry on its way from the log to its commit.
///
/// @param asDead the same record as a dead letter, in case that the database cannot hold it
/// @param hops the stamps that it carries and the moment of its poll; none unless measured
/// @param bytes what the record takes in memory, roughly
/// @param appendedMillis the record's time on the log
public record Polled(
    LogEntry entry, DeadLetter asDead, HopStamps hops, int bytes, long appendedMillis) {

  Polled as(LogEntry other) {
    return new Polled(other, asDead, hops, bytes, appendedMillis);
  }

  /// Makes a dead letter of a record.
  @FunctionalInterface
  public interface DeadLetter {
    LogEntry.Dead because(String reason);
  }
}
