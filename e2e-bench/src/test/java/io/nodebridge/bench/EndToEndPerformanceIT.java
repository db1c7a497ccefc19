package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.CompleteWorkflowPipeline;
import io.nodebridge.bench.benchmark.MultiServiceCoordination;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("performance")
@ExtendWith(RigRun.Extension.class)
class EndToEndPerformanceIT {
  @Test
  void completeWorkflowPipeline(BenchmarkRun run) throws InterruptedException {
    run.pass(new CompleteWorkflowPipeline());
  }

  @Test
  void multiServiceCoordination(BenchmarkRun run) throws InterruptedException {
    run.pass(new MultiServiceCoordination());
  }
}
