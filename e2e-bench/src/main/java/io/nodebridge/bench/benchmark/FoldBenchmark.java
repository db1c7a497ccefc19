package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.measure.Check;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.openjdk.jmh.runner.RunnerException;

/// The production fold on one kind of work, by JMH; every call's result is checked.
public final class FoldBenchmark implements Benchmark {
  private final Spec spec;
  private final String method;
  private final Consumer<FoldWork> once;

  private FoldBenchmark(String name, String thresholdKey, String method, Consumer<FoldWork> once) {
    this.spec = new Spec(name, "ReducerPerformance", "reducer", thresholdKey, true);
    this.method = method;
    this.once = once;
  }

  public static FoldBenchmark batchOf100() {
    return new FoldBenchmark(
        "batch_aggregation_100_items", "reducer_batch_100", "batchOf100", FoldWork::batchOf100);
  }

  public static FoldBenchmark batchOf1000() {
    return new FoldBenchmark(
        "batch_aggregation_1000_items", "reducer_batch_1000", "batchOf1000", FoldWork::batchOf1000);
  }

  public static FoldBenchmark batchOf10000() {
    return new FoldBenchmark(
        "batch_aggregation_10000_items",
        "reducer_batch_10000",
        "batchOf10000",
        FoldWork::batchOf10000);
  }

  public static FoldBenchmark streamingWindow() {
    return new FoldBenchmark(
        "streaming_window_processing",
        "reducer_batch_1000",
        "streamInBatchesOf100",
        FoldWork::streamInBatchesOf100);
  }

  public static FoldBenchmark namespaceGrouping() {
    return new FoldBenchmark(
        "namespace_grouping_performance",
        "reducer_batch_1000",
        "tenNamespacesOf100",
        FoldWork::tenNamespacesOf100);
  }

  @Override
  public Spec spec() {
    return spec;
  }

  @Override
  public Measured measure(Rig rig) throws RunnerException {
    Check result = result();
    // A wrong result has no time; JMH would only say that its fork failed.
    double[] millis = result.ok() ? Jmh.millis(rig, FoldWork.class, method) : new double[0];
    return new Measured(
        millis,
        1,
        rig.profile().forks(),
        List.of(result, Check.equal("iterations", Jmh.iterations(rig), millis.length)),
        new double[0],
        List.of(),
        Map.of());
  }

  private Check result() {
    String found = "the same";
    try {
      once.accept(new FoldWork());
    } catch (IllegalStateException e) {
      found = String.valueOf(e.getMessage());
    }
    return new Check("result", "as summed without the fold", found, found.equals("the same"));
  }
}
