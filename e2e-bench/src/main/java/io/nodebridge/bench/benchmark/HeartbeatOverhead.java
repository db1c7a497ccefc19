package io.nodebridge.bench.benchmark;

import com.sun.management.ThreadMXBean;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.introspection.node.ProcessProbe;
import io.nodebridge.introspection.node.ResourceSampler;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// What a beat costs the thread that beats: the call to its return, with the real producer. The
/// second form also asks the operating system on that thread, for each beat.
public final class HeartbeatOverhead implements Benchmark {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Duration SAMPLING = Duration.ofMillis(100);
  private static final long PACE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private final Spec spec;
  private final boolean sampling;

  private HeartbeatOverhead(String name, boolean sampling) {
    this.spec = new Spec(name, "SingleNodePerformance", "introspection", "heartbeat_single", false);
    this.sampling = sampling;
  }

  public static HeartbeatOverhead alone() {
    return new HeartbeatOverhead("heartbeat_overhead_under_10ms", false);
  }

  public static HeartbeatOverhead withRealSampling() {
    return new HeartbeatOverhead("heartbeat_with_real_sampling_overhead", true);
  }

  @Override
  public Spec spec() {
    return spec;
  }

  @Override
  public List<String> alsoCalled() {
    return sampling ? List.of("heartbeat_with_psutil_overhead") : List.of();
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    int count = rig.profile().beats() / (sampling ? 10 : 1);
    ProcessProbe probe = new ProcessProbe();
    try (ResourceSampler sampler = ResourceSampler.start(SAMPLING);
        BeatingNode node = new BeatingNode(rig.stack(), sampling ? probe::take : sampler::latest)) {
      for (int i = 0; i < count; i++) {
        node.beat();
      }
      Map<String, Double> cost = cost(node, count);
      double[] samples = new double[count];
      for (int i = 0; i < count; i++) {
        LockSupport.parkNanos(PACE_NANOS);
        long begin = System.nanoTime();
        node.beat();
        samples[i] = (System.nanoTime() - begin) / 1e6;
      }
      List<Check> checks = new ArrayList<>(node.checks());
      checks.add(Check.atLeast("memory of the last sample, MB", 1, sampler.latest().memoryMb()));
      return new Measured(samples, 1, 1, checks, new double[0], List.of(), cost);
    }
  }

  // By the operating system's account of this thread, over many beats in a row.
  private static Map<String, Double> cost(BeatingNode node, int count) {
    long self = Thread.currentThread().threadId();
    long cpu = THREADS.getThreadCpuTime(self);
    long bytes = THREADS.getThreadAllocatedBytes(self);
    for (int i = 0; i < count; i++) {
      node.beat();
    }
    long cpuNanos = THREADS.getThreadCpuTime(self) - cpu;
    long allocated = THREADS.getThreadAllocatedBytes(self) - bytes;
    return Map.of(
        "cpuMicrosPerBeat", cpuNanos / 1e3 / count,
        "allocatedBytesPerBeat", (double) allocated / count);
  }
}
