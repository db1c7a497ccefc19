package io.nodebridge.bench.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The machine's pace in a whole run, which is the median of many looks at it: one look may be a
/// third slower than the next. It is held against that of the best of earlier runs, and against the
/// tenth of its own looks that was best: where most of them are far behind, the machine is not
/// steady.
public final class RunPace {
  /// Fewer looks tell no pace.
  public static final int LEAST_LOOKS = 9;

  private static final double BEST_SHARE = 0.1;

  private final @Nullable Pace best;
  private final List<Pace> looks = new ArrayList<>();

  /// @param best of earlier runs; null if there is none
  public RunPace(@Nullable Pace best) {
    this.best = best;
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
    Pace pace = pace();
    if (pace == null) {
      return new Health(Map.of());
    }
    Pace ownBest = Pace.quantile(BEST_SHARE, looks);
    Pace reference = best == null ? ownBest : best.best(ownBest);
    return new Health(Map.of(Disturbance.SLOWDOWN, pace.slowdownPercent(reference)));
  }

  /// For the results; none from few looks.
  public Map<String, Double> figures() {
    Pace pace = pace();
    return pace == null ? Map.of() : pace.figures();
  }

  private @Nullable Pace pace() {
    return looks.size() < LEAST_LOOKS ? null : Pace.quantile(0.5, looks);
  }
}
