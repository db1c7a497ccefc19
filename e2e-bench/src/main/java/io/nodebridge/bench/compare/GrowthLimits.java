package io.nodebridge.bench.compare;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// What `mean:10%,min:10%,max:10%` says: by statistic, the largest ratio to the baseline's that
/// does not fail.
public record GrowthLimits(Map<String, Double> ratios) {
  private static final double PERCENT = 100;

  public GrowthLimits {
    ratios = Map.copyOf(ratios);
  }

  /// Reads them.
  ///
  /// @param text that [io.nodebridge.bench.options.Option#COMPARE_FAIL] allows
  public static GrowthLimits of(String text) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    if (!text.equals("none")) {
      Arrays.stream(text.split(",", -1))
          .map(limit -> limit.split("[:%]", -1))
          .forEach(parts -> ratios.put(parts[0], 1 + Double.parseDouble(parts[1]) / PERCENT));
    }
    return new GrowthLimits(ratios);
  }
}
