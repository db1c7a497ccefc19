package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.measure.BlockingWatch;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.message.Heartbeat.Resources;
import io.nodebridge.introspection.node.ResourceSampler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// No call in a beat waits, as the JVM itself sees it. The same watch is shown a beat that does, so
/// that its silence tells something.
public final class NoBlockingCalls implements Benchmark {
  // Now and then a beat meets the producer's own thread at a lock; a call that blocks does so in
  // each beat.
  private static final double AT_MOST = 0.005;
  private static final int PLANTED = 10;
  private static final long PLANTED_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
  private static final long PACE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
  private static final Duration SAMPLING = Duration.ofMillis(20);

  @Override
  public Spec spec() {
    return new Spec(
        "no_blocking_calls_in_heartbeat",
        "BlockingDetection",
        "introspection",
        "heartbeat_single",
        false);
  }

  @Override
  public List<String> alsoCalled() {
    return List.of("no_blocking_psutil_calls_in_heartbeat");
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.stack();
    double[] samples = new double[rig.profile().beats()];
    List<Check> checks = new ArrayList<>();
    try (ResourceSampler sampler = ResourceSampler.start(SAMPLING);
        BeatingNode node = new BeatingNode(stack, sampler::latest);
        BeatingNode blocking = new BeatingNode(stack, NoBlockingCalls::wait3Millis)) {
      beat(node, samples);
      blocking.beat();
      List<String> seen = BlockingWatch.over(() -> beat(node, samples));
      List<String> planted = BlockingWatch.over(() -> beat(blocking, new double[PLANTED]));
      checks.addAll(node.checks());
      long limit = Math.round(AT_MOST * 2 * samples.length);
      checks.add(
          new Check(
              "waits of 1 ms or longer in " + 2 * samples.length + " beats",
              "≤ " + limit,
              seen.size() + " " + Set.copyOf(seen),
              seen.size() <= limit));
      checks.add(Check.atLeast("planted waits that were seen", PLANTED, planted.size()));
    }
    return new Measured(samples, 1, 1, checks, new double[0], List.of(), Map.of());
  }

  // It spins between two beats, so that whatever waits is in a beat.
  private static void beat(BeatingNode node, double[] samples) {
    for (int i = 0; i < samples.length; i++) {
      long begin = System.nanoTime();
      node.beat();
      long end = System.nanoTime();
      samples[i] = (end - begin) / 1e6;
      while (System.nanoTime() - end < PACE_NANOS) {
        Thread.onSpinWait();
      }
    }
  }

  private static Resources wait3Millis() {
    LockSupport.parkNanos(PLANTED_NANOS);
    return BeatingNode.IDLE;
  }
}
