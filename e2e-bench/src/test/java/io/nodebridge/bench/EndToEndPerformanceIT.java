package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.CompleteWorkflowPipeline;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("performance")
@ExtendWith(BenchmarkRun.Extension.class)
class EndToEndPerformanceIT {
  @Test
  void completeWorkflowPipeline(BenchmarkRun run) throws InterruptedException {
    run.pass(new CompleteWorkflowPipeline());
  }
}
