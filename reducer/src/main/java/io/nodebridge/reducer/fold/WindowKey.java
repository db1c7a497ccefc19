package io.nodebridge.reducer.fold;

/// One namespace's tumbling window.
///
/// @param startMillis milliseconds since 1970 of its first moment, a multiple of 5,000
public record WindowKey(String namespace, long startMillis) {
  public static final long SIZE_MILLIS = 5_000;
  public static final long LATENESS_MILLIS = 1_000;

  /// The window that a moment belongs to.
  static WindowKey of(String namespace, long atMillis) {
    return new WindowKey(namespace, Math.floorDiv(atMillis, SIZE_MILLIS) * SIZE_MILLIS);
  }

  /// Whether a watermark has passed the window and its lateness: nothing is added to it any more.
  static boolean closed(long startMillis, long watermarkMillis) {
    return startMillis <= lastClosedStart(watermarkMillis);
  }

  /// The highest start that a closed window may have.
  public static long lastClosedStart(long watermarkMillis) {
    return watermarkMillis - SIZE_MILLIS - LATENESS_MILLIS;
  }
}
