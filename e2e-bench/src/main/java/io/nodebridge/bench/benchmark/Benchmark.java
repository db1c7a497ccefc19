package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Hops.Hop;
import io.nodebridge.bench.measure.Series;
import io.nodebridge.bench.stack.Stack.Reach;
import java.util.List;
import java.util.Map;

/// One published benchmark.
public interface Benchmark {
  /// What does not depend on a run.
  ///
  /// @param thresholdKey the key in `thresholds.properties` that gates it
  /// @param batch whether its grade is by the limits of batches (100 and 200 ms) or small
  ///   operations
  record Spec(String name, String group, String category, String thresholdKey, boolean batch) {}

  /// What was measured, in milliseconds.
  ///
  /// @param floorMs the samples of the floor; empty if it has none
  record Measured(
      double[] samplesMs,
      int iterations,
      int forks,
      List<Check> checks,
      double[] floorMs,
      List<Hop> hops,
      List<Series> series,
      Map<String, Double> extra) {

    public Measured {
      checks = List.copyOf(checks);
      hops = List.copyOf(hops);
      series = List.copyOf(series);
      extra = Map.copyOf(extra);
    }

    /// Without a curve.
    public Measured(
        double[] samplesMs,
        int iterations,
        int forks,
        List<Check> checks,
        double[] floorMs,
        List<Hop> hops,
        Map<String, Double> extra) {
      this(samplesMs, iterations, forks, checks, floorMs, hops, List.of(), extra);
    }
  }

  Spec spec();

  /// Other names that `-Dbench.only` knows it by.
  default List<String> alsoCalled() {
    return List.of();
  }

  /// The smallest profile that measures it unless `-Dbench.only` names it in full.
  default Profile from() {
    return Profile.QUICK;
  }

  /// Whether `-Dgroups='performance & !slow'` and `-Dbench.slow=false` leave it out.
  default boolean slow() {
    return false;
  }

  /// What it needs of the stack that it runs on.
  default Reach needs() {
    return Reach.ADDRESSES;
  }

  /// Runs once.
  ///
  /// @throws Exception if it could not be measured at all
  Measured measure(Rig rig) throws Exception;
}
