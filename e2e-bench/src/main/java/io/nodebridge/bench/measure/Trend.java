package io.nodebridge.bench.measure;

import java.util.Arrays;

/// Whether a series grows: its slope by Theil and Sen (the median of all pairs' slopes), and how
/// sure it is, by Mann and Kendall. Both are needed: either alone cries wolf.
///
/// @param slope a step
/// @param z of Mann–Kendall; above [#SURE] chance explains it in less than 1 of 100
public record Trend(double slope, double z) {
  private static final double SURE = 2.326;

  /// Of values in the order they were taken; two at least.
  public static Trend of(double[] values) {
    int n = values.length;
    double[] slopes = new double[n * (n - 1) / 2];
    int pairs = 0;
    double sum = 0;
    for (int from = 0; from < n; from++) {
      for (int to = from + 1; to < n; to++) {
        double rise = values[to] - values[from];
        slopes[pairs++] = rise / (to - from);
        sum += Math.signum(rise);
      }
    }
    Arrays.sort(slopes);
    double variance = n * (n - 1.0) * (2.0 * n + 5) / 18;
    double median = (slopes[(pairs - 1) / 2] + slopes[pairs / 2]) / 2;
    return new Trend(median, (sum - Math.signum(sum)) / Math.sqrt(variance));
  }

  /// Whether it grows by more than `perStep`, beyond chance.
  public boolean growsBy(double perStep) {
    return slope > perStep && z > SURE;
  }

  /// Whether it becomes less, beyond chance.
  public boolean shrinks() {
    return slope < 0 && z < -SURE;
  }
}
