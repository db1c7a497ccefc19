package io.nodebridge.bench.measure;

import io.avaje.jsonb.Json;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/// Where a statistic lies with 95 % confidence, as far as one boot can tell: the next boot differs
/// by more, and what that does is told by the history of identical runs.
///
/// Quantiles by order statistics, which no distribution has to be assumed for. The mean by
/// Student's t over the means of up to 20 stretches of time, because samples that follow one
/// another resemble one another.
@Json
public record Interval(double low, double high) {
  private static final double TAIL = 0.025;
  private static final int STRETCHES = 20;

  /// The intervals of mean, median, p95 and p99; one for which there are too few samples is absent.
  ///
  /// @param samples in the order in which they were taken
  public static Map<String, Interval> of(double[] samples) {
    Map<String, Interval> intervals = new TreeMap<>();
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    quantile(sorted, 0.5).ifPresent(interval -> intervals.put("median", interval));
    quantile(sorted, 0.95).ifPresent(interval -> intervals.put("p95", interval));
    quantile(sorted, 0.99).ifPresent(interval -> intervals.put("p99", interval));
    mean(samples).ifPresent(interval -> intervals.put("mean", interval));
    return intervals;
  }

  // The k-th smallest is above the quantile only if fewer than k samples lie below it, and their
  // number is binomial.
  static Optional<Interval> quantile(double[] sorted, double probability) {
    int n = sorted.length;
    if (n == 0) {
      return Optional.empty();
    }
    BinomialDistribution below = BinomialDistribution.of(n, probability);
    int low = below.inverseCumulativeProbability(TAIL);
    int high = below.inverseCumulativeProbability(1 - TAIL) + 1;
    return low < 1 || high > n
        ? Optional.empty()
        : Optional.of(new Interval(sorted[low - 1], sorted[high - 1]));
  }

  static Optional<Interval> mean(double[] samples) {
    int stretches = Math.min(STRETCHES, samples.length);
    if (stretches < 2) {
      return Optional.empty();
    }
    double[] means = new double[stretches];
    for (int i = 0; i < stretches; i++) {
      int from = (int) ((long) i * samples.length / stretches);
      int to = (int) ((i + 1L) * samples.length / stretches);
      means[i] = Mean.of(Arrays.copyOfRange(samples, from, to)).getAsDouble();
    }
    Stats spread = Stats.of(means);
    double t = TDistribution.of(stretches - 1).inverseCumulativeProbability(1 - TAIL);
    double reach = t * spread.stddev() / Math.sqrt(stretches);
    double mean = Mean.of(samples).getAsDouble();
    return Optional.of(new Interval(mean - reach, mean + reach));
  }

  /// What this statistic is in terms of another, independent one: the variances of both logarithms
  /// recovered from their intervals (Donner and Zou's MOVER).
  ///
  /// @param value of this interval's statistic; above 0, as are the low ends
  public Interval ratio(double value, Interval base, double baseValue) {
    double ratio = Math.log(value / baseValue);
    double down = Math.hypot(Math.log(value / low), Math.log(base.high / baseValue));
    double up = Math.hypot(Math.log(high / value), Math.log(baseValue / base.low));
    return new Interval(Math.exp(ratio - down), Math.exp(ratio + up));
  }
}
