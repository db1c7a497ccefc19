package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.MemoryLeakDetection;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

// The first on the stack, or it takes the time to boot and warm one of its own.
@Order(1)
@Tag("performance")
@ExtendWith(RigRun.Extension.class)
class MemoryProfilingIT {
  @Test
  @Tag("slow")
  void memoryLeakDetection(BenchmarkRun run) throws InterruptedException {
    run.pass(new MemoryLeakDetection());
  }
}
