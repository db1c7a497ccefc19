package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.measure.Truth;
import io.nodebridge.bench.stack.Stack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// One workflow at a time, from the call to the return of its commit; the next begins when the last
/// was seen committed.
public final class SingleWorkflowExecution implements Benchmark {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @Override
  public Spec spec() {
    return new Spec(
        "single_workflow_execution",
        "OrchestratorPerformance",
        "orchestrator",
        "orchestrator_workflow",
        false);
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.warmStack();
    int count = rig.profile().singleRequests();
    try (CommitFeed feed = CommitFeed.follow(stack.reducer())) {
      run(stack, feed, Namespaces.fresh("warm"), new Ledger(), count);
      String namespace = Namespaces.fresh("single");
      Ledger ledger = new Ledger();
      double[] samples = run(stack, feed, namespace, ledger, count);
      List<Check> checks = new ArrayList<>();
      checks.add(Check.equal("requests accepted", count, ledger.accepted().size()));
      checks.add(Check.equal("workflows seen committed", count, samples.length));
      checks.addAll(Truth.compare(stack.postgres(), namespace, ledger));
      checks.add(Check.equal("gaps in the commit feed", 0, feed.lost()));
      return new Measured(samples, 1, 1, checks, new double[0], List.of(), Map.of());
    }
  }

  private static double[] run(
      Stack stack, CommitFeed feed, String namespace, Ledger ledger, int count)
      throws InterruptedException {
    List<Double> samples = new ArrayList<>();
    try (WorkflowClient client =
        new WorkflowClient(stack.orchestrator(), Contents.stamping(namespace), ledger)) {
      for (int number = 0; number < count; number++) {
        long begin = System.nanoTime();
        UUID id = client.post(number, begin);
        if (id == null || !feed.await(List.of(id), LIMIT)) {
          break; // the checks report it; more of the same would only take long
        }
        List<Long> moments = feed.commitOf(id).join();
        samples.add((moments.getLast() - begin) / 1e6);
      }
    }
    return samples.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
