package io.nodebridge.bench.measure;

import io.avaje.jsonb.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.DoubleHistogram;
import org.apache.commons.statistics.descriptive.Quantile;

/// A curve of a benchmark: points, whose first number is where they stand.
///
/// @param unit of the numbers behind the first, of which a timeline has a count besides
@Json
public record Series(String name, String unit, List<List<Double>> points) {
  /// Probability, milliseconds: from the moment at which a request was sent.
  public static final String SERVICE = "service time";

  /// Second, median, p99 and number of those that were due in it.
  public static final String TIMELINE = "timeline";

  /// Milliseconds since the release, rows seen.
  public static final String RECEIVED = "received";

  /// Round, megabytes that live on a heap behind it; the process comes first.
  public static final String HEAP = " heap";

  private static final List<Double> PROBABILITIES =
      List.of(0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999, 0.9999);

  private static final double NANOS_A_SECOND = 1e9;
  private static final double PERCENT = 100;

  public Series {
    points = points.stream().map(Series::doubles).toList();
  }

  // What is read from JSON holds whole numbers as Long, whatever its type says.
  private static List<Double> doubles(List<? extends Number> point) {
    return point.stream().map(Number::doubleValue).toList();
  }

  /// The service times as quantiles, those that so many samples can tell.
  public static Series service(double[] samplesMs) {
    return new Series(SERVICE, "ms", quantiles(Distribution.of(samplesMs)));
  }

  /// Probability, value: as far as so many samples can tell.
  public static List<List<Double>> quantiles(DoubleHistogram samples) {
    return PROBABILITIES.stream()
        .filter(probability -> samples.getTotalCount() * (1 - probability) >= 1)
        .map(p -> List.of(p, samples.getValueAtPercentile(PERCENT * p)))
        .toList();
  }

  /// What each second's requests took.
  ///
  /// @param dueNanos when each was due, in any order
  public static Series timeline(long[] dueNanos, double[] samplesMs) {
    long begin = Arrays.stream(dueNanos).min().orElse(0);
    Map<Integer, List<Double>> bySecond = new TreeMap<>();
    for (int i = 0; i < dueNanos.length; i++) {
      int second = (int) ((dueNanos[i] - begin) / NANOS_A_SECOND);
      bySecond.computeIfAbsent(second, _ -> new ArrayList<>()).add(samplesMs[i]);
    }
    List<List<Double>> points = new ArrayList<>();
    bySecond.forEach(
        (second, samples) -> {
          double[] all = samples.stream().mapToDouble(Double::doubleValue).toArray();
          double[] quantiles = Quantile.withDefaults().evaluate(all, 0.5, 0.99);
          points.add(List.of((double) second, quantiles[0], quantiles[1], (double) all.length));
        });
    return new Series(TIMELINE, "ms", points);
  }

  /// What lives on a heap behind each round.
  public static Series heap(String process, double[] megabytes) {
    List<List<Double>> points = new ArrayList<>();
    for (int round = 0; round < megabytes.length; round++) {
      points.add(List.of((double) round + 1, megabytes[round]));
    }
    return new Series(process + HEAP, "MB", points);
  }
}
