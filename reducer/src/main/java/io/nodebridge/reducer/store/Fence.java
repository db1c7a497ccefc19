package io.nodebridge.reducer.store;

import io.nodebridge.reducer.fold.Batch.PartitionProgress;
import io.nodebridge.reducer.fold.PartitionState;

/// This process's right to write a partition: valid until another claims it with a higher token.
///
/// @param nextOffset where the truth in Postgres ends, and reading has to begin
/// @param state what the fold of the partition begins with
public record Fence(int partition, long token, long nextOffset, PartitionState state) {

  /// The same right after a commit that moved the position.
  Fence movedTo(PartitionProgress progress) {
    return new Fence(partition, token, progress.next(), progress.after());
  }

  /// The same right after the clock moved the watermark.
  Fence at(PartitionState later) {
    return new Fence(partition, token, nextOffset, later);
  }
}
