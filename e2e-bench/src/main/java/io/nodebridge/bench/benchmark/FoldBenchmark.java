package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.measure.Check;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/// The production fold on one kind of work, by JMH; every call's result is checked.
public final class FoldBenchmark implements Benchmark {
  private final Spec spec;
  private final String method;

  private FoldBenchmark(String name, String thresholdKey, String method) {
    this.spec = new Spec(name, "ReducerPerformance", "reducer", thresholdKey, true);
    this.method = method;
  }

  public static FoldBenchmark batchOf100() {
    return new FoldBenchmark("batch_aggregation_100_items", "reducer_batch_100", "batchOf100");
  }

  public static FoldBenchmark batchOf1000() {
    return new FoldBenchmark("batch_aggregation_1000_items", "reducer_batch_1000", "batchOf1000");
  }

  public static FoldBenchmark batchOf10000() {
    return new FoldBenchmark(
        "batch_aggregation_10000_items", "reducer_batch_10000", "batchOf10000");
  }

  public static FoldBenchmark streamingWindow() {
    return new FoldBenchmark(
        "streaming_window_processing", "reducer_batch_1000", "streamInBatchesOf100");
  }

  public static FoldBenchmark namespaceGrouping() {
    return new FoldBenchmark(
        "namespace_grouping_performance", "reducer_batch_1000", "tenNamespacesOf100");
  }

  @Override
  public Spec spec() {
    return spec;
  }

  @Override
  public Measured measure(Rig rig) throws RunnerException {
    double[] millis = Jmh.millis(rig, FoldWork.class, method);
    // A call whose result is wrong throws, and then there are no figures at all.
    Check checked = Check.equal("iterations", rig.profile().microIterations(), millis.length);
    return new Measured(millis, 1, 1, List.of(checked), new double[0], List.of(), Map.of());
  }
}
