package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Swarm;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Heap;
import io.nodebridge.bench.measure.RegistryRows;
import io.nodebridge.bench.measure.Trend;
import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.introspection.node.Voice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A thousand nodes beat again and again: neither the JVM they live in nor the registry keeps what
/// it heard. A figure is what one beat took. The registry's heap is read where it is a process of
/// this machine.
public final class SustainedHeartbeatLoad implements Benchmark {
  private static final int NODES = 1_000;
  private static final int BEATS_A_ROUND = 3;
  private static final int LIMIT_SECONDS = 10;
  private static final double LEAK_MB_A_ROUND = 0.01;
  private static final Duration NEVER = Duration.ofDays(1);

  @Override
  public Spec spec() {
    return new Spec(
        "sustained_heartbeat_load", "ConcurrentLoad", "introspection", "heartbeat_single", false);
  }

  @Override
  public boolean slow() {
    return true;
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.stack();
    int rounds = 2 * rig.rounds() + 2;
    double[] samples = new double[rounds * BEATS_A_ROUND * NODES];
    double[] own = new double[rounds];
    double[] registry = new double[rounds];
    int taken = 0;
    Semaphore acked = new Semaphore(0);
    int refused = 0;
    String prefix = Namespaces.fresh("sustained");
    long heard = 0;
    try (Swarm swarm = Swarm.of(stack.kafka(), prefix, NODES, NEVER, BeatingNode.HEALTHY)) {
      List<Voice> voices = List.copyOf(swarm.voices());
      for (int round = 0; round < rounds; round++) {
        int[] lost = new int[1];
        for (int beat = 0; beat < BEATS_A_ROUND; beat++) {
          for (Voice voice : voices) {
            long begin = System.nanoTime();
            voice.beat(
                sent -> {
                  lost[0] += sent ? 0 : 1;
                  acked.release();
                });
            samples[taken++] = (System.nanoTime() - begin) / 1e6;
          }
          if (!acked.tryAcquire(NODES, LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                "Kafka answered %d beats of %d within %d s"
                    .formatted(acked.availablePermits(), NODES, LIMIT_SECONDS));
          }
        }
        refused += lost[0];
        // What is on its way is on no heap's account.
        heard =
            RegistryRows.await(
                stack, prefix, RegistryRows.BEATS, (round + 1L) * BEATS_A_ROUND * NODES);
        own[round] = Heap.liveMegabytes(ProcessHandle.current());
        if (stack instanceof BreakableStack processes) {
          registry[round] = Heap.liveMegabytes(processes.process("registry"));
        }
      }
    }
    List<Check> checks = new ArrayList<>();
    Map<String, Double> extra = new HashMap<>();
    checks.add(Check.equal("beats refused", 0, refused));
    checks.add(
        Check.equal("beats in the registry's rows", (long) rounds * BEATS_A_ROUND * NODES, heard));
    judge("node", own, checks, extra);
    if (stack instanceof BreakableStack) {
      judge("registry", registry, checks, extra);
    }
    return new Measured(samples, 1, 1, checks, new double[0], List.of(), extra);
  }

  private static void judge(
      String whose, double[] megabytes, List<Check> checks, Map<String, Double> extra) {
    // The first rounds fill what is filled once.
    double[] settled = Arrays.copyOfRange(megabytes, megabytes.length / 4, megabytes.length);
    Trend trend = Trend.of(settled);
    String actual =
        String.format(Locale.ROOT, "%+.4f MB a round, z = %.2f", trend.slope(), trend.z());
    checks.add(
        new Check("heap of the " + whose, "no growth", actual, !trend.growsBy(LEAK_MB_A_ROUND)));
    extra.put(whose + "HeapMb", settled[settled.length - 1]);
    extra.put(whose + "HeapMbPerRound", trend.slope());
  }
}
