package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Swarm;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Heap;
import io.nodebridge.bench.measure.HeapRounds;
import io.nodebridge.bench.measure.RegistryRows;
import io.nodebridge.bench.measure.Series;
import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.introspection.node.Voice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
    int taken = 0;
    Semaphore acked = new Semaphore(0);
    int refused = 0;
    String prefix = Namespaces.fresh("sustained");
    long heard = 0;
    List<Check> checks = new ArrayList<>();
    List<Series> series = new ArrayList<>();
    Map<String, Double> extra = new HashMap<>();
    Heap node = Heap.of(ProcessHandle.current());
    Heap registry =
        stack instanceof BreakableStack parts ? Heap.of(parts.process("registry")) : null;
    try (Swarm swarm = Swarm.of(stack.kafka(), prefix, NODES, NEVER, BeatingNode.HEALTHY)) {
      List<Voice> voices = List.copyOf(swarm.voices());
      HeapRounds nodeRounds = new HeapRounds(node.live(), rounds, List.of());
      HeapRounds registryRounds =
          registry == null ? null : new HeapRounds(registry.live(), rounds, List.of());
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
        nodeRounds.add(node.live());
        if (registry != null && registryRounds != null) {
          registryRounds.add(registry.live());
        }
      }
      series.add(nodeRounds.series("node"));
      judge("node", nodeRounds, checks, extra);
      if (registryRounds != null) {
        series.add(registryRounds.series("registry"));
        judge("registry", registryRounds, checks, extra);
      }
    }
    checks.add(Check.equal("beats refused", 0, refused));
    checks.add(
        Check.equal("beats in the registry's rows", (long) rounds * BEATS_A_ROUND * NODES, heard));
    return new Measured(samples, 1, 1, checks, new double[0], List.of(), series, extra);
  }

  private static void judge(
      String whose, HeapRounds rounds, List<Check> checks, Map<String, Double> extra) {
    checks.add(rounds.flat("heap of the " + whose, HeapRounds.LEAK_MB));
    rounds.statistics().forEach((name, figure) -> extra.put(whose + "_" + name, figure));
  }
}
