package io.nodebridge.reducer.fold;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.message.WorkflowEvent;
import java.time.Instant;
import java.util.Map;
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

  /// A record that can never be processed: kept as it came. Headers are text, or base64 where they
  /// are not.
  record Dead(
      int partition,
      long offset,
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
