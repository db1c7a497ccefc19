package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.HeartbeatOverhead;
import io.nodebridge.bench.benchmark.ResourceCollection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("performance")
@ExtendWith(RigRun.Extension.class)
class SingleNodePerformanceIT {
  @Test
  void heartbeatOverheadUnder10ms(BenchmarkRun run) throws InterruptedException {
    run.pass(HeartbeatOverhead.alone());
  }

  @Test
  void resourceCollectionNonBlocking(BenchmarkRun run) throws InterruptedException {
    run.pass(ResourceCollection.nonBlocking());
  }

  @Test
  void heartbeatWithRealSamplingOverhead(BenchmarkRun run) throws InterruptedException {
    run.pass(HeartbeatOverhead.withRealSampling());
  }
}
