package io.nodebridge.reducer.fold;

import io.nodebridge.events.message.WorkflowEvent;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One record of the event log, as the fold sees it.
public sealed interface LogEntry {
  int partition();

  long offset();

  /// An event of a workflow.
  record Fact(
      int partition, long offset, Instant time, @Nullable Long requestOffset, WorkflowEvent event)
      implements LogEntry {}

  /// A record that speaks to readers of the log only; passed over, but counted.
  record Marker(int partition, long offset) implements LogEntry {}

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
