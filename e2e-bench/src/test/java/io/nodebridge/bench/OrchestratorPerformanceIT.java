package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.ConcurrentWorkflowThroughput;
import io.nodebridge.bench.benchmark.FsmStateTransition;
import io.nodebridge.bench.benchmark.LocalWorkflowThroughput;
import io.nodebridge.bench.benchmark.OrchestratorSoak;
import io.nodebridge.bench.benchmark.ServiceRoutingOverhead;
import io.nodebridge.bench.benchmark.SingleWorkflowExecution;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("performance")
@ExtendWith(RigRun.Extension.class)
class OrchestratorPerformanceIT {
  @Test
  void singleWorkflowExecution(BenchmarkRun run) throws InterruptedException {
    run.pass(new SingleWorkflowExecution());
  }

  @Test
  void concurrentWorkflowThroughput(BenchmarkRun run) throws InterruptedException {
    run.pass(new ConcurrentWorkflowThroughput());
  }

  @Test
  void localWorkflowThroughput(BenchmarkRun run) throws InterruptedException {
    run.pass(LocalWorkflowThroughput.overHttp64());
  }

  @TestFactory
  Stream<DynamicTest> localWorkflowThroughputCells(BenchmarkRun run) {
    return LocalWorkflowThroughput.otherCells().stream()
        .map(cell -> DynamicTest.dynamicTest(cell.spec().name(), () -> run.pass(cell)));
  }

  @Test
  void orchestratorSoak(BenchmarkRun run) throws InterruptedException {
    run.pass(new OrchestratorSoak());
  }

  @Test
  void fsmStateTransition(BenchmarkRun run) throws InterruptedException {
    run.pass(new FsmStateTransition());
  }

  @Test
  void serviceRoutingOverhead(BenchmarkRun run) throws InterruptedException {
    run.pass(new ServiceRoutingOverhead());
  }
}
