package io.nodebridge.bench.benchmark;

import java.util.ArrayList;
import java.util.List;

/// Every benchmark, in the order of a run: `./bench run` takes them from here, and a JUnit method
/// for each lets Maven run the same objects.
public final class Catalogue {
  private Catalogue() {}

  public static List<Benchmark> benchmarks() {
    List<Benchmark> all = new ArrayList<>();
    all.add(FoldBenchmark.batchOf100());
    all.add(FoldBenchmark.batchOf1000());
    all.add(FoldBenchmark.batchOf10000());
    all.add(FoldBenchmark.streamingWindow());
    all.add(FoldBenchmark.namespaceGrouping());
    // Behind any other that needs the stack it would boot one of its own.
    all.add(new MemoryLeakDetection());
    all.add(ReducerDrain.rows());
    all.add(ReducerDrain.aggregates());
    all.add(ReducerLatency.at100PerSecond());
    all.add(ReducerLatency.at1000PerSecond());
    all.add(new ReducerSoak());
    all.add(new SingleWorkflowExecution());
    all.add(new ConcurrentWorkflowThroughput());
    all.add(LocalWorkflowThroughput.overHttp64());
    all.addAll(LocalWorkflowThroughput.otherCells());
    all.add(new OrchestratorSoak());
    all.add(new FsmStateTransition());
    all.add(new ServiceRoutingOverhead());
    all.add(new CompleteWorkflowPipeline());
    all.add(new MultiServiceCoordination());
    all.add(HeartbeatOverhead.alone());
    all.add(ResourceCollection.nonBlocking());
    all.add(HeartbeatOverhead.withRealSampling());
    all.add(new ThousandHeartbeats());
    all.add(new SustainedHeartbeatLoad());
    all.add(new Responsiveness());
    all.add(new HeartbeatCost());
    all.add(ResourceCollection.caching());
    all.add(ResourceCollection.concurrent());
    all.add(new NoBlockingCalls());
    all.add(new ParallelHeartbeats());
    return all;
  }
}
