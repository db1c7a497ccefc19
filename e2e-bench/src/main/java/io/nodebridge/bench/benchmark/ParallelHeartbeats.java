package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.stack.Stack;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.statistics.descriptive.Median;

/// Nodes that each beat and wait for the broker's answer: one after the other, and all at once. If
/// nothing in a beat holds another up, the waiting overlaps. A figure is a round all at once.
public final class ParallelHeartbeats implements Benchmark {
  private static final int NODES = 20;

  @Override
  public Spec spec() {
    return new Spec(
        "parallel_execution_proves_non_blocking",
        "BlockingDetection",
        "introspection",
        "blocking_detection",
        true);
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.stack();
    int rounds = 4 * rig.rounds();
    double[] inTurn = new double[rounds];
    double[] atOnce = new double[rounds];
    List<BeatingNode> nodes = new ArrayList<>();
    List<Check> checks = new ArrayList<>();
    try {
      for (int number = 0; number < NODES; number++) {
        nodes.add(new BeatingNode(stack, () -> BeatingNode.IDLE));
      }
      for (int round = -rounds; round < rounds; round++) {
        long begin = System.nanoTime();
        for (BeatingNode node : nodes) {
          beatAndWait(node);
        }
        long middle = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
          nodes.forEach(node -> threads.execute(() -> beatAndWait(node)));
        }
        if (round >= 0) {
          inTurn[round] = (middle - begin) / 1e6;
          atOnce[round] = (System.nanoTime() - middle) / 1e6;
        }
      }
      for (BeatingNode node : nodes) {
        checks.addAll(node.checks());
      }
    } finally {
      nodes.forEach(BeatingNode::close);
    }
    double speedUp = median(inTurn) / median(atOnce);
    return new Measured(
        atOnce,
        1,
        1,
        checks,
        new double[0],
        List.of(),
        Map.of("parallelSpeedup", speedUp, "inTurnMedianMs", median(inTurn)));
  }

  private static void beatAndWait(BeatingNode node) {
    CountDownLatch settled = new CountDownLatch(1);
    node.beat(settled::countDown);
    try {
      settled.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static double median(double[] millis) {
    return Median.withDefaults().evaluate(millis);
  }
}
