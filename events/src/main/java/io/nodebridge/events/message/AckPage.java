package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What an orchestrator's `GET /internal/acks?after=n` answers while measuring: the workflows whose
/// terminal event was acknowledged since.
///
/// @param next the `after` of the next call
/// @param lost how many the bounded ring had already dropped; above 0 the run is void
@Json
public record AckPage(long next, long lost, List<Ack> acks) {

  public AckPage {
    acks = List.copyOf(acks);
  }

  /// One workflow that is over. Moments are `System.nanoTime()` of this host.
  ///
  /// @param polledNanos when its request was polled
  /// @param ackedNanos when its terminal event was acknowledged
  /// @param workNanos how long its workers worked, as they say, by step
  @Json
  public record Ack(
      UUID workflowId, long polledNanos, long ackedNanos, Map<String, Long> workNanos) {

    public Ack {
      workNanos = Map.copyOf(workNanos);
    }
  }
}
