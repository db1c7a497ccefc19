package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Swarm;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.stack.Stack;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// How late a timer is in the JVM where a thousand nodes beat: a tick is due at fixed moments,
/// whether or not the one before was late, and counts as an iteration if it comes before the next.
public final class Responsiveness implements Benchmark {
  private static final int NODES = 1_000;
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  @Override
  public Spec spec() {
    return new Spec(
        "event_loop_responsiveness_under_load",
        "ConcurrentLoad",
        "introspection",
        "event_loop_responsiveness",
        false);
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.stack();
    double[] late = new double[rig.profile().beats() / 3];
    long beats;
    try (Swarm swarm =
        Swarm.of(
                stack.kafka(),
                Namespaces.fresh("load"),
                NODES,
                Duration.ofSeconds(1),
                BeatingNode.HEALTHY)
            .start()) {
      long begin = System.nanoTime();
      for (int tick = 0; tick < late.length; tick++) {
        long due = begin + (tick + 1) * TICK_NANOS;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        late[tick] = (System.nanoTime() - due) / 1e6;
      }
      beats = swarm.sent();
    }
    long inTime = Arrays.stream(late).filter(millis -> millis < TICK_NANOS / 1e6).count();
    double seconds = late.length * TICK_NANOS / 1e9;
    return new Measured(
        late,
        1,
        1,
        List.of(Check.atLeast("beats a second meanwhile", 0.9 * NODES, beats / seconds)),
        new double[0],
        List.of(),
        Map.of("iterations", (double) inTime, "beatsPerSecond", beats / seconds));
  }
}
