package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.FoldBenchmark;
import io.nodebridge.bench.benchmark.ReducerDrain;
import io.nodebridge.bench.benchmark.ReducerLatency;
import io.nodebridge.bench.benchmark.ReducerSoak;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("performance")
@ExtendWith(RigRun.Extension.class)
class ReducerPerformanceIT {
  @Test
  void batchAggregation100Items(BenchmarkRun run) throws InterruptedException {
    run.pass(FoldBenchmark.batchOf100());
  }

  @Test
  void batchAggregation1000Items(BenchmarkRun run) throws InterruptedException {
    run.pass(FoldBenchmark.batchOf1000());
  }

  @Test
  void batchAggregation10000Items(BenchmarkRun run) throws InterruptedException {
    run.pass(FoldBenchmark.batchOf10000());
  }

  @Test
  void streamingWindowProcessing(BenchmarkRun run) throws InterruptedException {
    run.pass(FoldBenchmark.streamingWindow());
  }

  @Test
  void namespaceGroupingPerformance(BenchmarkRun run) throws InterruptedException {
    run.pass(FoldBenchmark.namespaceGrouping());
  }

  @Test
  void reducerDrain(BenchmarkRun run) throws InterruptedException {
    run.pass(ReducerDrain.rows());
  }

  @Test
  void reducerDrainAggregates(BenchmarkRun run) throws InterruptedException {
    run.pass(ReducerDrain.aggregates());
  }

  @Test
  void reducerLatency100PerSecond(BenchmarkRun run) throws InterruptedException {
    run.pass(ReducerLatency.at100PerSecond());
  }

  @Test
  void reducerLatency1000PerSecond(BenchmarkRun run) throws InterruptedException {
    run.pass(ReducerLatency.at1000PerSecond());
  }

  @Test
  void reducerSoak(BenchmarkRun run) throws InterruptedException {
    run.pass(new ReducerSoak());
  }
}
