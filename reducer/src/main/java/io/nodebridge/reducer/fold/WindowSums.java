package io.nodebridge.reducer.fold;

import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.events.message.WorkflowState;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// What a window knows of the workflows that ended in it. Every sum is an integer and every merge
/// adds, so order and grouping do not matter.
public final class WindowSums {
  private static final long MIB = 1 << 20;

  /// Content types are the clients' own words; behind this many different ones they count together.
  static final int MAX_CONTENT_TYPES = 32;

  static final String OTHER_CONTENT_TYPES = "other";

  private final long[] byState = new long[2];
  private final long[] bySize = new long[4];
  private final Map<String, Long> byContentType = new HashMap<>();
  private final LogBuckets micros;
  private long bytes;
  private long stamps;
  private long microsSum;
  private long microsMin = Long.MAX_VALUE;
  private long microsMax;

  public WindowSums() {
    this(new LogBuckets());
  }

  private WindowSums(LogBuckets micros) {
    this.micros = micros;
  }

  /// As they were stored.
  ///
  /// @param bySize up to 1 MiB, 10 MiB, 100 MiB, and above
  public static WindowSums of(
      long completed,
      long failed,
      long bytes,
      long[] bySize,
      Map<String, Long> byContentType,
      long stamps,
      long[] microsSumMinMax,
      LogBuckets micros) {
    WindowSums sums = new WindowSums(micros);
    sums.byState[0] = completed;
    sums.byState[1] = failed;
    sums.bytes = bytes;
    System.arraycopy(bySize, 0, sums.bySize, 0, sums.bySize.length);
    sums.byContentType.putAll(byContentType);
    sums.stamps = stamps;
    sums.microsSum = microsSumMinMax[0];
    sums.microsMin = microsSumMinMax[1];
    sums.microsMax = microsSumMinMax[2];
    return sums;
  }

  WindowSums copy() {
    return of(
        byState[0],
        byState[1],
        bytes,
        bySize,
        byContentType,
        stamps,
        new long[] {microsSum, microsMin, microsMax},
        micros.copy());
  }

  void add(WorkflowEvent terminal) {
    byState[terminal.state() == WorkflowState.COMPLETED ? 0 : 1]++;
    bytes += terminal.sizeBytes();
    bySize[sizeBucket(terminal.sizeBytes())]++;
    addContentType(terminal.contentType(), 1);
    // A stamp belongs to one workflow, and a workflow is counted once: each is a distinct one.
    stamps += terminal.stamp() == null ? 0 : 1;
    microsSum += terminal.processingMicros();
    microsMin = Math.min(microsMin, terminal.processingMicros());
    microsMax = Math.max(microsMax, terminal.processingMicros());
    micros.add(terminal.processingMicros());
  }

  public void merge(WindowSums other) {
    for (int i = 0; i < byState.length; i++) {
      byState[i] += other.byState[i];
    }
    for (int i = 0; i < bySize.length; i++) {
      bySize[i] += other.bySize[i];
    }
    other.byContentType.forEach(this::addContentType);
    bytes += other.bytes;
    stamps += other.stamps;
    microsSum += other.microsSum;
    microsMin = Math.min(microsMin, other.microsMin);
    microsMax = Math.max(microsMax, other.microsMax);
    micros.merge(other.micros);
  }

  private void addContentType(String contentType, long count) {
    boolean room =
        byContentType.size() < MAX_CONTENT_TYPES || byContentType.containsKey(contentType);
    byContentType.merge(room ? contentType : OTHER_CONTENT_TYPES, count, Long::sum);
  }

  private static int sizeBucket(long size) {
    return size <= MIB ? 0 : size <= 10 * MIB ? 1 : size <= 100 * MIB ? 2 : 3;
  }

  public long completed() {
    return byState[0];
  }

  public long failed() {
    return byState[1];
  }

  public long bytes() {
    return bytes;
  }

  /// Counts up to 1 MiB, 10 MiB, 100 MiB, and above.
  public long[] bySize() {
    return bySize.clone();
  }

  public Map<String, Long> byContentType() {
    return Map.copyOf(byContentType);
  }

  public long stamps() {
    return stamps;
  }

  public long microsSum() {
    return microsSum;
  }

  public long microsMin() {
    return microsMin;
  }

  public long microsMax() {
    return microsMax;
  }

  /// Processing times in microseconds.
  public LogBuckets micros() {
    return micros;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WindowSums that
        && Arrays.equals(byState, that.byState)
        && Arrays.equals(bySize, that.bySize)
        && byContentType.equals(that.byContentType)
        && bytes == that.bytes
        && stamps == that.stamps
        && microsSum == that.microsSum
        && microsMin == that.microsMin
        && microsMax == that.microsMax
        && micros.equals(that.micros);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(byState) * 31 + Long.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "WindowSums[completed=%d, failed=%d, bytes=%d, %s]"
        .formatted(byState[0], byState[1], bytes, micros);
  }
}
