package io.nodebridge.reducer.fold;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.message.WorkflowEvent;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One record of the event log, as the fold sees it.
public sealed interface LogEntry {
  int partition();

  long offset();

  /// An event of a workflow.
  ///
  /// @param claim the writer's right to the partition; null ranks lowest
  record Fact(
      int partition,
      long offset,
      Instant time,
      @Nullable Long requestOffset,
      @Nullable Claim claim,
      WorkflowEvent event)
      implements LogEntry {}

  /// A new owner's claim: it speaks to readers of the log only.
  record Marker(int partition, long offset, @Nullable Claim claim) implements LogEntry {}

  /// A request that an orchestrator rejected. It is told again when the writer does not know
  /// whether it was, or loses the partition; the request's place in its own topic shows that it is
  /// the same.
  ///
  /// @param claim the writer's right to the partition; null ranks lowest
  /// @param dead what is kept of it, with the request's place as its origin
  record Rejection(@Nullable Claim claim, Dead dead) implements LogEntry {
    @Override
    public int partition() {
      return dead.partition();
    }

    @Override
    public long offset() {
      return dead.offset();
    }
  }

  /// A place in another topic. The partition's number is the same.
  record Origin(UUID topicId, long offset) {}

  /// A record that can never be processed: kept as it came. Headers are text, or base64 where they
  /// are not.
  ///
  /// @param origin null if it is the record itself that nobody can process
  record Dead(
      int partition,
      long offset,
      @Nullable Origin origin,
      String reason,
      @Nullable String key,
      byte @Nullable [] value,
      Map<String, String> headers)
      implements LogEntry {

    public Dead {
      headers = Map.copyOf(headers);
    }
  }
}
