package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.NoBlockingCalls;
import io.nodebridge.bench.benchmark.ParallelHeartbeats;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("performance")
@ExtendWith(RigRun.Extension.class)
class BlockingDetectionIT {
  @Test
  void noBlockingCallsInHeartbeat(BenchmarkRun run) throws InterruptedException {
    run.pass(new NoBlockingCalls());
  }

  @Test
  void parallelExecutionProvesNonBlocking(BenchmarkRun run) throws InterruptedException {
    run.pass(new ParallelHeartbeats());
  }
}
