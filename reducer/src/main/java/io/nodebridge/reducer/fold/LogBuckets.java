package io.nodebridge.reducer.fold;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// A mergeable histogram of durations, exact to 2 %: bucket `i` holds the values in (γ^(i-1), γ^i]
/// with γ = 1.04, and stands for 2 γ^i / (γ + 1), which is within (γ - 1) / (γ + 1) = 1.96 % of
/// each of them (the sketch of Masson, Rim and Lee: DDSketch, VLDB 2019). Merging adds counts, so
/// any split of the values gives the same histogram.
public final class LogBuckets {
  private static final double GAMMA = 1.04;
  private static final double PER_LN = 1 / Math.log(GAMMA);
  private static final int STEP = 16;

  // counts[i] belongs to bucket base + i.
  private int base;
  private int[] counts;
  private long total;

  public LogBuckets() {
    this(0, new int[0], 0);
  }

  private LogBuckets(int base, int[] counts, long total) {
    this.base = base;
    this.counts = counts;
    this.total = total;
  }

  LogBuckets copy() {
    return new LogBuckets(base, counts.clone(), total);
  }

  /// Counts a value; below 1 counts as 1.
  void add(long value) {
    add(value <= 1 ? 0 : (int) Math.ceil(Math.log((double) value) * PER_LN), 1);
  }

  void merge(LogBuckets other) {
    for (int i = 0; i < other.counts.length; i++) {
      if (other.counts[i] > 0) {
        add(other.base + i, other.counts[i]);
      }
    }
  }

  private void add(int bucket, int count) {
    if (counts.length == 0) {
      base = bucket - bucket % STEP;
      counts = new int[STEP];
    }
    if (bucket < base) {
      int lower = bucket - bucket % STEP;
      int[] wider = new int[counts.length + base - lower];
      System.arraycopy(counts, 0, wider, base - lower, counts.length);
      base = lower;
      counts = wider;
    } else if (bucket - base >= counts.length) {
      counts = Arrays.copyOf(counts, bucket - base - (bucket - base) % STEP + STEP);
    }
    counts[bucket - base] += count;
    total += count;
  }

  /// How many values were counted.
  public long total() {
    return total;
  }

  /// The value below which the share `q` of all values lies, within 2 %; 0 if there are none.
  public double quantile(double q) {
    long rank = (long) (q * (total - 1));
    for (int i = 0; i < counts.length; i++) {
      rank -= counts[i];
      if (rank < 0) {
        return 2 * Math.pow(GAMMA, base + i) / (GAMMA + 1);
      }
    }
    return 0;
  }

  /// Bytes to keep: for each bucket that is not empty, the distance from the last and the count,
  /// both as variable-length integers.
  public byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int last = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        write(bytes, base + i - last);
        write(bytes, counts[i]);
        last = base + i;
      }
    }
    return bytes.toByteArray();
  }

  /// Reads what `encode` gave.
  public static LogBuckets decode(byte[] bytes) {
    LogBuckets buckets = new LogBuckets();
    int bucket = 0;
    int[] at = {0};
    while (at[0] < bytes.length) {
      bucket += read(bytes, at);
      buckets.add(bucket, read(bytes, at));
    }
    return buckets;
  }

  private static void write(ByteArrayOutputStream bytes, int number) {
    int rest = number;
    while (rest > 0x7f) {
      bytes.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes.write(rest);
  }

  private static int read(byte[] bytes, int[] at) {
    int number = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at[0]++];
      number |= (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogBuckets that && Arrays.equals(encode(), that.encode());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encode());
  }

  @Override
  public String toString() {
    return "LogBuckets[total=" + total + ", p50=" + quantile(0.5) + "]";
  }
}
