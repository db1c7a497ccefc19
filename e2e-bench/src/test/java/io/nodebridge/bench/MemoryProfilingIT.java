package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.MemoryLeakDetection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("performance")
@ExtendWith(RigRun.Extension.class)
class MemoryProfilingIT {
  @Test
  @Tag("slow")
  void memoryLeakDetection(BenchmarkRun run) throws InterruptedException {
    run.pass(new MemoryLeakDetection());
  }
}
