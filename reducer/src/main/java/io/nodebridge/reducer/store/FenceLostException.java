package io.nodebridge.reducer.store;

/// Another reducer has claimed a partition of the batch, or its position is not where the batch
/// begins. Nothing was written; claim again and seek.
public final class FenceLostException extends Exception {
  private static final long serialVersionUID = 1;

  FenceLostException(int held, int needed) {
    super("only " + held + " of " + needed + " partitions are still ours at the batch's offsets");
  }
}
