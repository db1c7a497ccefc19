package io.nodebridge.bench.measure;

import io.avaje.jsonb.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.statistics.descriptive.Quantile;

/// Splits requests into hops. Each request's hops telescope, so they sum to its total exactly; for
/// the split at the median the hops of the requests nearest to it are averaged, so that column sums
/// to the total as well, and so does that of the slowest request.
public final class Hops {
  private static final double NEAR = 0.05;

  private Hops() {}

  /// A hop's share; `p50` is its mean over the requests near the total's median, `p95` and `p99`
  /// are its own percentiles; `slowest` is its part of the slowest request. Milliseconds.
  @Json
  public record Hop(String name, double p50, double p95, double p99, double slowest) {}

  /// Splits requests, whose moments (nanoseconds) are one longer than the names.
  public static List<Hop> split(List<String> names, List<long[]> moments) {
    List<long[]> byTotal = new ArrayList<>(moments);
    byTotal.sort(Comparator.comparingLong(Hops::total));
    int half = byTotal.size() / 2;
    int reach = Math.max(1, (int) (byTotal.size() * NEAR));
    List<long[]> near =
        byTotal.subList(Math.max(0, half - reach), Math.min(byTotal.size(), half + reach));
    List<Hop> hops = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      int hop = i;
      double[] all = moments.stream().mapToDouble(m -> millis(m, hop)).toArray();
      double[] tail = Quantile.withDefaults().evaluate(all, 0.95, 0.99);
      double p50 = near.stream().mapToDouble(m -> millis(m, hop)).average().orElseThrow();
      hops.add(new Hop(names.get(i), p50, tail[0], tail[1], millis(byTotal.getLast(), hop)));
    }
    return List.copyOf(hops);
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
