package io.nodebridge.bench.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The machine's pace in a whole run, which is the median of many looks at it: one look may be a
/// third slower than the next. It is held against what the machine can: the best tenth of the looks
/// of a run, this one or an earlier.
public final class RunPace {
  /// Fewer looks tell no pace.
  public static final int LEAST_LOOKS = 9;

  private static final double BEST_SHARE = 0.1;

  private final @Nullable Pace earlierBest;
  private final List<Pace> looks = new ArrayList<>();

  /// @param earlierBest of earlier runs; null if there is none
  public RunPace(@Nullable Pace earlierBest) {
    this.earlierBest = earlierBest;
  }

  /// Looks once, for 150 ms in which nothing else should work.
  public void look() {
    add(Pace.look());
  }

  void add(Pace look) {
    looks.add(look);
  }

  /// How much slower the machine was than it can be; unknown from few looks.
  public Health health() {
    Pace pace = quantile(0.5);
    Pace best = best();
    if (pace == null || best == null) {
      return new Health(Map.of());
    }
    Pace can = earlierBest == null ? best : earlierBest.best(best);
    return new Health(Map.of(Disturbance.SLOWDOWN, pace.slowdownPercent(can)));
  }

  /// The best that it showed; null from few looks.
  public @Nullable Pace best() {
    return quantile(BEST_SHARE);
  }

  /// For the results; none from few looks.
  public Map<String, Double> figures() {
    Pace pace = quantile(0.5);
    return pace == null ? Map.of() : pace.figures();
  }

  private @Nullable Pace quantile(double share) {
    return looks.size() < LEAST_LOOKS ? null : Pace.quantile(share, looks);
  }
}
