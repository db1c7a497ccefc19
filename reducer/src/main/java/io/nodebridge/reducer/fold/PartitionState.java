package io.nodebridge.reducer.fold;

import io.nodebridge.events.envelope.Claim;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the fold of a partition carries from batch to batch, beside the offset. It is kept in the
/// position's row and in the rows of the open windows, so that a replay decides alike.
///
/// @param watermarkMillis the highest event time seen, never ahead of the wall clock
/// @param claim the highest claim marker passed
/// @param open the windows that may still grow
public record PartitionState(
    long watermarkMillis, @Nullable Claim claim, Map<WindowKey, WindowSums> open) {

  public static final PartitionState NEW = new PartitionState(0, null, Map.of());

  public PartitionState {
    open = Map.copyOf(open);
  }

  /// The same partition after the clock alone moved it on.
  public PartitionState at(long laterMillis) {
    Map<WindowKey, WindowSums> still = new HashMap<>(open);
    still.keySet().removeIf(key -> WindowKey.closed(key.startMillis(), laterMillis));
    return new PartitionState(Math.max(watermarkMillis, laterMillis), claim, still);
  }
}
