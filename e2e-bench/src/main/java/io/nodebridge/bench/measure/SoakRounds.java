package io.nodebridge.bench.measure;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Median;

/// The rounds of a soak: how long each took, and the least heap that the service used in it.
public final class SoakRounds {
  public static final int COUNT = 20;

  private static final int QUARTER = COUNT / 4;
  private static final double FLAT = 0.8;

  private final double[] millis = new double[COUNT];
  private final double[] heapMiB = new double[COUNT];

  public void add(int round, long begunNanos, HeapLow low) {
    millis[round] = (System.nanoTime() - begunNanos) / 1e6;
    heapMiB[round] = low.mebibytes();
  }

  public double[] millis() {
    return millis;
  }

  /// Median of a quarter of the rounds, counted from 0.
  public double heapMiB(int quarter) {
    return median(heapMiB, quarter);
  }

  /// By the second quarter: the first still warms up.
  public double perSecond(int perRound) {
    return perRound / median(millis, 1) * 1_000;
  }

  /// A quarter's heap may be exceeded by the last one's by a quarter at most.
  public Check flatFrom(int quarter, String name) {
    return Check.atLeast(name, FLAT, heapMiB(quarter) / heapMiB(3));
  }

  private static double median(double[] rounds, int quarter) {
    int from = quarter * QUARTER;
    return Median.withDefaults().evaluate(Arrays.copyOfRange(rounds, from, from + QUARTER));
  }
}
