package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.measure.BothWorkers;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.measure.Floor;
import io.nodebridge.bench.measure.Truth;
import io.nodebridge.bench.stack.Stack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Bursts of 100 workflows with two remote steps each, posted at once. A sample is one burst, from
/// the first call to the moment at which all of it are seen committed.
public final class ConcurrentWorkflowThroughput implements Benchmark {
  private static final int BURST = 100;
  private static final int BURSTS_A_ROUND = 10;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Override
  public Spec spec() {
    return new Spec(
        "concurrent_workflow_throughput",
        "OrchestratorPerformance",
        "orchestrator",
        "orchestrator_burst",
        true);
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.warmStack();
    int bursts = BURSTS_A_ROUND * rig.rounds();
    try (CommitFeed feed = CommitFeed.follow(stack.reducer())) {
      double[] floor = Floor.bursts(stack, bursts, BURST);
      // What is compiled for a steady load is compiled anew for bursts.
      burst(stack, feed, Namespaces.fresh("warm"), new Ledger(), bursts);
      String namespace = Namespaces.fresh("burst");
      Ledger ledger = new Ledger();
      double[] samples = burst(stack, feed, namespace, ledger, bursts);
      long workflows = (long) bursts * BURST;
      List<Check> checks = new ArrayList<>();
      checks.add(Check.equal("requests accepted", workflows, ledger.accepted().size()));
      checks.add(Check.equal("bursts seen committed", bursts, samples.length));
      checks.addAll(Truth.compare(stack.postgres(), namespace, ledger));
      checks.add(BothWorkers.askedOnceEach(stack.postgres(), namespace, workflows));
      checks.add(Check.equal("gaps in the commit feed", 0, feed.lost()));
      double perSecond = BURST * 1_000 / Arrays.stream(samples).average().orElse(Double.NaN);
      return new Measured(
          samples, 1, 1, checks, floor, List.of(), Map.of("workflowsPerSecond", perSecond));
    }
  }

  private static double[] burst(
      Stack stack, CommitFeed feed, String namespace, Ledger ledger, int bursts)
      throws InterruptedException {
    double[] samples = new double[bursts];
    try (WorkflowClient client =
        new WorkflowClient(stack.orchestrator(), Contents.stampingWithInsight(namespace), ledger)) {
      for (int burst = 0; burst < bursts; burst++) {
        ConcurrentLinkedQueue<UUID> ids = new ConcurrentLinkedQueue<>();
        long begin = System.nanoTime();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
          for (int i = 0; i < BURST; i++) {
            long number = (long) burst * BURST + i;
            callers.execute(() -> post(client, number, begin, ids));
          }
        }
        if (ids.size() < BURST || !feed.await(List.copyOf(ids), LIMIT)) {
          return Arrays.copyOf(samples, burst); // the checks report it
        }
        long last =
            ids.stream().mapToLong(id -> feed.commitOf(id).join().getLast()).max().orElse(begin);
        samples[burst] = (last - begin) / 1e6;
      }
    }
    return samples;
  }

  private static void post(
      WorkflowClient client, long number, long begin, ConcurrentLinkedQueue<UUID> ids) {
    UUID id = client.post(number, begin);
    if (id != null) {
      ids.add(id);
    }
  }
}
