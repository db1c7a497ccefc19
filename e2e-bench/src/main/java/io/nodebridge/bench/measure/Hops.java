package io.nodebridge.bench.measure;

import io.avaje.jsonb.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Splits requests into hops. Each request's hops telescope, so they sum to its total exactly; at
/// each percentile the hops of the requests nearest to it are averaged, so that its column sums to
/// their total as well.
public final class Hops {
  private static final double NEAR = 0.05;

  private Hops() {}

  /// A hop's part of the requests whose total is near that percentile of all totals, their mean,
  /// and of the slowest request. Milliseconds.
  @Json
  public record Hop(String name, double p50, double p95, double p99, double slowest) {}

  /// Splits requests, whose moments (nanoseconds) are one longer than the names.
  public static List<Hop> split(List<String> names, List<long[]> moments) {
    List<long[]> byTotal = new ArrayList<>(moments);
    byTotal.sort(Comparator.comparingLong(Hops::total));
    List<Hop> hops = new ArrayList<>();
    for (int hop = 0; hop < names.size(); hop++) {
      hops.add(
          new Hop(
              names.get(hop),
              mean(near(byTotal, 0.5), hop),
              mean(near(byTotal, 0.95), hop),
              mean(near(byTotal, 0.99), hop),
              millis(byTotal.getLast(), hop)));
    }
    return List.copyOf(hops);
  }

  // As far to either side, but not beyond half of what is left of the tail.
  private static List<long[]> near(List<long[]> byTotal, double percentile) {
    int size = byTotal.size();
    int rank = Math.min(size - 1, (int) (size * percentile));
    int reach = Math.max(1, (int) (size * Math.min(NEAR, (1 - percentile) / 2)));
    return byTotal.subList(Math.max(0, rank - reach), Math.min(size, rank + reach));
  }

  private static double mean(List<long[]> requests, int hop) {
    return requests.stream().mapToDouble(m -> millis(m, hop)).average().orElseThrow();
  }

  /// From the first moment to the last, in milliseconds.
  public static double[] totals(List<long[]> moments) {
    return moments.stream().mapToDouble(m -> total(m) / 1e6).toArray();
  }

  /// Whether time never runs backwards within a request.
  public static boolean inOrder(long[] moments) {
    long[] sorted = moments.clone();
    Arrays.sort(sorted);
    return Arrays.equals(sorted, moments);
  }

  private static long total(long[] moments) {
    return moments[moments.length - 1] - moments[0];
  }

  private static double millis(long[] moments, int hop) {
    return (moments[hop + 1] - moments[hop]) / 1e6;
  }
}
