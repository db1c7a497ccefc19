package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Swarm;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.RegistryRows;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.bench.stack.Stack.Reach;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a node that beats once a second costs the processors, on its own side and in the registry,
/// from 100 nodes to 10,000 (`-Dbench.cost.nodes` for less). A figure is the CPU time of one beat,
/// over one second, with the most.
public final class HeartbeatCost implements Benchmark {
  private static final int[] NODES = {100, 300, 1_000, 3_000, 10_000};
  private static final int WARM_UP = 1_000;
  private static final int SECONDS = 20;
  private static final int SECONDS_OF_THE_MOST = 60;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final double NANOS_A_MILLISECOND = 1e6;

  /// CPU time that was used since the processes began.
  private record Used(long nodeNanos, long registryNanos) {
    Used minus(Used before) {
      return new Used(nodeNanos - before.nodeNanos, registryNanos - before.registryNanos);
    }

    double millis() {
      return (nodeNanos + registryNanos) / NANOS_A_MILLISECOND;
    }
  }

  @Override
  public Spec spec() {
    return new Spec("heartbeat_cost", "ConcurrentLoad", "introspection", "heartbeat_cost", false);
  }

  @Override
  public Profile from() {
    return Profile.SOAK;
  }

  @Override
  public Reach needs() {
    return Reach.PROCESSES;
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    if (!(rig.stack() instanceof BreakableStack stack)) {
      throw new IllegalStateException(
          "the registry's CPU time is read from its process: must be -Dstack=embedded");
    }
    List<Check> checks = new ArrayList<>();
    Map<String, Double> extra = new HashMap<>();
    beating(stack, WARM_UP, SECONDS, checks, extra);
    double[] samples = new double[0];
    int limit = rig.options().count(Option.COST_NODES, NODES[NODES.length - 1]);
    int[] steps = Arrays.stream(NODES).filter(nodes -> nodes <= limit).toArray();
    for (int nodes : steps) {
      boolean most = nodes == steps[steps.length - 1];
      samples = beating(stack, nodes, most ? SECONDS_OF_THE_MOST : SECONDS, checks, extra);
    }
    return new Measured(samples, 1, 1, checks, new double[0], List.of(), extra);
  }

  private static double[] beating(
      BreakableStack stack, int nodes, int seconds, List<Check> checks, Map<String, Double> extra)
      throws SQLException, InterruptedException {
    String prefix = Namespaces.fresh("cost");
    double[] millisOfABeat = new double[seconds];
    Swarm swarm = Swarm.of(stack.kafka(), prefix, nodes, SECOND, BeatingNode.HEALTHY);
    try (swarm) {
      swarm.start();
      long announced = RegistryRows.await(stack, prefix, "count(*)", nodes);
      checks.add(Check.equal(nodes + " nodes: rows", nodes, announced));
      Used begin = used(stack);
      long beats = swarm.sent();
      long beginNanos = System.nanoTime();
      Used before = begin;
      long sentBefore = beats;
      for (int second = 0; second < seconds; second++) {
        long due = beginNanos + (second + 1) * SECOND.toNanos();
        Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
        Used now = used(stack);
        long sent = swarm.sent();
        millisOfABeat[second] = now.minus(before).millis() / Math.max(1, sent - sentBefore);
        before = now;
        sentBefore = sent;
      }
      Used all = before.minus(begin);
      double nanos = System.nanoTime() - beginNanos;
      extra.put("coresAt" + nodes, (all.nodeNanos() + all.registryNanos()) / nanos);
      extra.put("nodeSideCoresAt" + nodes, all.nodeNanos() / nanos);
      extra.put("cpuMicrosPerBeatAt" + nodes, 1_000 * all.millis() / (sentBefore - beats));
      extra.put("beatsPerSecondAt" + nodes, (sentBefore - beats) * 1e9 / nanos);
      checks.add(
          Check.atLeast(
              nodes + " nodes: beats a second of the intended",
              0.99,
              (sentBefore - beats) * 1e9 / nanos / nodes));
    }
    // Sequences begin at 1, so that the last ones sum up to all that were heard.
    checks.add(Check.equal(nodes + " nodes: beats that Kafka did not take", 0, swarm.failed()));
    checks.add(
        Check.equal(
            nodes + " nodes: beats in the registry's rows",
            swarm.sent(),
            RegistryRows.await(stack, prefix, RegistryRows.BEATS, swarm.sent())));
    return millisOfABeat;
  }

  private static Used used(BreakableStack stack) {
    return new Used(cpuNanos(ProcessHandle.current()), cpuNanos(stack.process("registry")));
  }

  private static long cpuNanos(ProcessHandle process) {
    return process
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new IllegalStateException("no CPU time of process " + process.pid()))
        .toNanos();
  }
}
