package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.measure.AckLog;
import io.nodebridge.bench.measure.BothWorkers;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.measure.Truth;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.message.AckPage.Ack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.apache.commons.statistics.descriptive.Median;

/// What coordinating two workers costs: from the poll of a request to the acknowledged end of its
/// workflow, less the critical path of its steps as the workers timed it. Insight and the hash do
/// not need each other, so that path is the longer of the two. One workflow at a time.
public final class MultiServiceCoordination implements Benchmark {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Set<String> STEPS = Set.of("insight", "hash");

  @Override
  public Spec spec() {
    return new Spec(
        "multi_service_coordination", "EndToEndPerformance", "end_to_end", "coordination", false);
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.warmStack();
    int count = rig.profile().pipelineRequests() / 2;
    try (CommitFeed feed = CommitFeed.follow(stack.reducer())) {
      run(stack, feed, Namespaces.fresh("warm"), new Ledger(), count);
      AckLog log = AckLog.fromNow(stack.orchestrator());
      String namespace = Namespaces.fresh("coordination");
      Ledger ledger = new Ledger();
      int committed = run(stack, feed, namespace, ledger, count);
      Map<UUID, Ack> acks = log.read();
      List<Ack> ends =
          ledger.accepted().keySet().stream()
              .map(acks::get)
              .filter(ack -> ack != null && ack.workNanos().keySet().equals(STEPS))
              .sorted((a, b) -> Long.compare(a.polledNanos(), b.polledNanos()))
              .toList();
      List<Check> checks = new ArrayList<>();
      checks.add(Check.equal("requests accepted", count, ledger.accepted().size()));
      checks.add(Check.equal("workflows seen committed", count, committed));
      checks.addAll(Truth.compare(stack.postgres(), namespace, ledger));
      checks.add(
          Check.equal(
              "results of both workers", count, BothWorkers.count(stack.postgres(), namespace)));
      checks.add(Check.equal("ends acknowledged, with both workers' times", count, ends.size()));
      checks.add(
          Check.equal(
              "times of workers that are none, or longer than their workflow's",
              0,
              ends.stream().filter(ack -> !plausible(ack)).count()));
      checks.add(Check.equal("gaps in the feeds", 0, feed.lost() + log.lost()));
      return new Measured(
          millis(ends, ack -> total(ack) - criticalPath(ack)),
          1,
          1,
          checks,
          new double[0],
          List.of(),
          ends.isEmpty()
              ? Map.of()
              : Map.of(
                  "totalP50Ms", median(ends, MultiServiceCoordination::total),
                  "criticalPathP50Ms", median(ends, MultiServiceCoordination::criticalPath)));
    }
  }

  private static int run(Stack stack, CommitFeed feed, String namespace, Ledger ledger, int count)
      throws InterruptedException {
    try (WorkflowClient client =
        new WorkflowClient(stack.orchestrator(), Contents.stampingWithInsight(namespace), ledger)) {
      for (int number = 0; number < count; number++) {
        UUID id = client.post(number, System.nanoTime());
        if (id == null || !feed.await(List.of(id), LIMIT)) {
          return number; // the checks report it; more of the same would only take long
        }
      }
    }
    return count;
  }

  private static long total(Ack ack) {
    return ack.ackedNanos() - ack.polledNanos();
  }

  private static long criticalPath(Ack ack) {
    return Collections.max(ack.workNanos().values());
  }

  private static boolean plausible(Ack ack) {
    return Collections.min(ack.workNanos().values()) > 0 && criticalPath(ack) < total(ack);
  }

  private static double median(List<Ack> acks, ToLongFunction<Ack> nanos) {
    return Median.withDefaults().evaluate(millis(acks, nanos));
  }

  private static double[] millis(List<Ack> acks, ToLongFunction<Ack> nanos) {
    return acks.stream().mapToLong(nanos).mapToDouble(n -> n / 1e6).toArray();
  }
}
