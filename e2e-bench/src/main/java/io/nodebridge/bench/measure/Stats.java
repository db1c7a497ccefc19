package io.nodebridge.bench.measure;

import io.avaje.jsonb.Json;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.Statistic;

/// Statistics of samples in milliseconds; `ops` is the rate per second that the mean amounts to.
/// Outliers lie more than 1.5 interquartile ranges outside the quartiles.
@Json
public record Stats(
    double min,
    double max,
    double mean,
    double stddev,
    double median,
    double iqr,
    int outliers,
    double p95,
    double p99,
    double p999,
    double ops) {

  /// The names of all, in the order in which they are shown.
  public static final List<String> NAMES =
      List.of(
          "min", "max", "mean", "stddev", "median", "iqr", "outliers", "p95", "p99", "p999", "ops");

  private static final double FENCE = 1.5;
  private static final double[] PROBABILITIES = {0.25, 0.5, 0.75, 0.95, 0.99, 0.999};

  /// Computes them all.
  ///
  /// @throws IllegalArgumentException without samples: a figure of nothing is no figure
  public static Stats of(double[] samplesMs) {
    if (samplesMs.length == 0) {
      throw new IllegalArgumentException("no samples");
    }
    DoubleStatistics moments =
        DoubleStatistics.of(
            EnumSet.of(Statistic.MIN, Statistic.MAX, Statistic.MEAN, Statistic.STANDARD_DEVIATION),
            samplesMs);
    double[] quantiles = Quantile.withDefaults().withCopy(true).evaluate(samplesMs, PROBABILITIES);
    double q1 = quantiles[0];
    double q3 = quantiles[2];
    double iqr = q3 - q1;
    int outliers =
        (int)
            Arrays.stream(samplesMs)
                .filter(sample -> sample < q1 - FENCE * iqr || sample > q3 + FENCE * iqr)
                .count();
    double mean = moments.getAsDouble(Statistic.MEAN);
    return new Stats(
        moments.getAsDouble(Statistic.MIN),
        moments.getAsDouble(Statistic.MAX),
        mean,
        samplesMs.length > 1 ? moments.getAsDouble(Statistic.STANDARD_DEVIATION) : 0,
        quantiles[1],
        iqr,
        outliers,
        quantiles[3],
        quantiles[4],
        quantiles[5],
        1_000 / mean);
  }

  /// By its name.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public double figure(String name) {
    return switch (name) {
      case "min" -> min;
      case "max" -> max;
      case "mean" -> mean;
      case "stddev" -> stddev;
      case "median" -> median;
      case "iqr" -> iqr;
      case "outliers" -> outliers;
      case "p95" -> p95;
      case "p99" -> p99;
      case "p999" -> p999;
      case "ops" -> ops;
      default -> throw new IllegalArgumentException("no statistic is called " + name);
    };
  }
}
