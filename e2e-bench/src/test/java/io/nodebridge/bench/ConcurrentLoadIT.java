package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.HeartbeatCost;
import io.nodebridge.bench.benchmark.Responsiveness;
import io.nodebridge.bench.benchmark.SustainedHeartbeatLoad;
import io.nodebridge.bench.benchmark.ThousandHeartbeats;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("performance")
@ExtendWith(RigRun.Extension.class)
class ConcurrentLoadIT {
  @Test
  @Tag("slow")
  void thousandConcurrentHeartbeats(BenchmarkRun run) throws InterruptedException {
    run.pass(new ThousandHeartbeats());
  }

  @Test
  @Tag("slow")
  void sustainedHeartbeatLoad(BenchmarkRun run) throws InterruptedException {
    run.pass(new SustainedHeartbeatLoad());
  }

  @Test
  void eventLoopResponsivenessUnderLoad(BenchmarkRun run) throws InterruptedException {
    run.pass(new Responsiveness());
  }

  @Test
  void heartbeatCost(BenchmarkRun run) throws InterruptedException {
    run.pass(new HeartbeatCost());
  }
}
