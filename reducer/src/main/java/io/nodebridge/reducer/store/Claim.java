package io.nodebridge.reducer.store;

/// This process's right to write a partition: valid until another claims with a higher fence.
///
/// @param nextOffset where the truth in Postgres ends, and reading has to begin
public record Claim(int partition, long fence, long nextOffset) {

  /// The same right after a commit that moved the position.
  Claim movedTo(long offset) {
    return new Claim(partition, fence, offset);
  }
}
