package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.FsmStateTransition;
import io.nodebridge.bench.benchmark.SingleWorkflowExecution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("performance")
@ExtendWith(BenchmarkRun.Extension.class)
class OrchestratorPerformanceIT {
  @Test
  void singleWorkflowExecution(BenchmarkRun run) throws InterruptedException {
    run.pass(new SingleWorkflowExecution());
  }

  @Test
  void fsmStateTransition(BenchmarkRun run) throws InterruptedException {
    run.pass(new FsmStateTransition());
  }
}
