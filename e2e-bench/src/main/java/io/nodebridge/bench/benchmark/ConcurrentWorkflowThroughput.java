package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.measure.BothWorkers;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.measure.Truth;
import io.nodebridge.bench.stack.Stack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// Bursts of 100 workflows with two remote steps each, posted at once. A sample is one burst, from
/// the first call to the moment at which all of it are seen committed.
public final class ConcurrentWorkflowThroughput implements Benchmark {
  private static final int WARM_UP = 5;

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
    int bursts = 2 * rig.rounds();
    try (CommitFeed feed = CommitFeed.follow(stack.reducer())) {
      run(stack, feed, Namespaces.fresh("warm"), new Ledger(), WARM_UP);
      String namespace = Namespaces.fresh("burst");
      Ledger ledger = new Ledger();
      double[] samples = run(stack, feed, namespace, ledger, bursts);
      long workflows = (long) bursts * Bursts.SIZE;
      List<Check> checks = new ArrayList<>();
      checks.add(Check.equal("requests accepted", workflows, ledger.accepted().size()));
      checks.add(Check.equal("bursts seen committed", bursts, samples.length));
      checks.addAll(Truth.compare(stack.postgres(), namespace, ledger));
      checks.add(
          Check.equal(
              "both workers asked, once each",
              workflows,
              BothWorkers.count(stack.postgres(), namespace)));
      checks.add(Check.equal("gaps in the commit feed", 0, feed.lost()));
      double perSecond = Bursts.SIZE * 1_000 / Arrays.stream(samples).average().orElse(Double.NaN);
      return new Measured(
          samples, 1, 1, checks, new double[0], List.of(), Map.of("workflowsPerSecond", perSecond));
    }
  }

  private static double[] run(
      Stack stack, CommitFeed feed, String namespace, Ledger ledger, int count)
      throws InterruptedException {
    double[] samples = new double[count];
    try (Bursts bursts = new Bursts(stack, feed, namespace, ledger)) {
      for (int burst = 0; burst < count; burst++) {
        OptionalDouble millis = bursts.next();
        if (millis.isEmpty()) {
          return Arrays.copyOf(samples, burst); // the checks report it
        }
        samples[burst] = millis.getAsDouble();
      }
    }
    return samples;
  }
}
