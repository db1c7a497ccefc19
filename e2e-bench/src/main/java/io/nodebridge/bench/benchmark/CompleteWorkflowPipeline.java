package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.OpenLoop;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.measure.Floor;
import io.nodebridge.bench.measure.Hops;
import io.nodebridge.bench.measure.Series;
import io.nodebridge.bench.measure.Truth;
import io.nodebridge.bench.stack.Stack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.descriptive.Quantile;

/// Request → orchestrator → Kafka → reducer → committed row, in an open loop at 100/s, from the
/// intended start to the return of the commit.
public final class CompleteWorkflowPipeline implements Benchmark {
  static final double PER_SECOND = 100;

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final double DELIVERED = 0.99;
  private static final int FLOOR_PASSES = 500;
  private static final List<String> HOPS =
      List.of(
          "intended → sent",
          "sent → received",
          "received → request produced",
          "produced → polled",
          "step validate",
          "step hash",
          "step stamp",
          "→ event produced",
          "produced → polled by reducer",
          "→ batch begins",
          "→ commit returned");

  @Override
  public Spec spec() {
    return new Spec(
        "complete_workflow_pipeline", "EndToEndPerformance", "end_to_end", "end_to_end", false);
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.warmStack();
    try (CommitFeed feed = CommitFeed.follow(stack.reducer())) {
      Floor.Passes floor = Floor.measure(stack, FLOOR_PASSES, PER_SECOND);
      return measure(rig.profile().pipelineRequests(), stack, feed, floor);
    }
  }

  private static Measured measure(int count, Stack stack, CommitFeed feed, Floor.Passes floor)
      throws Exception {
    String namespace = Namespaces.fresh("pipeline");
    Ledger ledger = new Ledger();
    long begin = System.nanoTime();
    try (WorkflowClient client =
        new WorkflowClient(stack.orchestrator(), Contents.stamping(namespace), ledger)) {
      OpenLoop.run(count, PER_SECOND, client::post);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    feed.await(ledger.accepted().keySet(), LIMIT);

    List<Check> checks = new ArrayList<>();
    checks.add(Check.equal("intended requests accepted", count, ledger.accepted().size()));
    checks.add(
        Check.atLeast(
            "delivered share of the intended rate",
            DELIVERED,
            ledger.accepted().size() / seconds / PER_SECOND));
    checks.addAll(Truth.compare(stack.postgres(), namespace, ledger));
    checks.add(Check.equal("gaps in the commit feed", 0, feed.lost()));
    checks.add(Check.equal("workflows committed twice", 0, feed.doubled()));

    List<long[]> moments = new ArrayList<>();
    for (Ledger.Sent sent : ledger.accepted().values()) {
      List<Long> hops = feed.commitOf(sent.workflowId()).getNow(List.of());
      if (hops.size() == HOPS.size() - 1) {
        long[] all = new long[HOPS.size() + 1];
        all[0] = sent.intendedNanos();
        all[1] = sent.sentNanos();
        for (int i = 0; i < hops.size(); i++) {
          all[i + 2] = hops.get(i);
        }
        moments.add(all);
      }
    }
    checks.add(
        Check.equal("requests with every hop stamped", ledger.accepted().size(), moments.size()));
    checks.add(
        Check.equal(
            "requests whose hops run backwards",
            0,
            moments.stream().filter(m -> !Hops.inOrder(m)).count()));
    moments.sort((a, b) -> Long.compare(a[0], b[0]));
    double[] response = Hops.totals(moments);
    // What is sent late is late by the generator, not by what it asks.
    double[] service = moments.stream().mapToDouble(m -> (m[m.length - 1] - m[1]) / 1e6).toArray();
    return new Measured(
        response,
        1,
        1,
        checks,
        floor.totals(),
        moments.isEmpty() ? List.of() : Hops.split(HOPS, moments),
        List.of(
            Series.service(service),
            Series.timeline(moments.stream().mapToLong(m -> m[0]).toArray(), response)),
        extra(ledger, service, floor));
  }

  // The answer comes after the request's ack, which is on no request's way to its commit.
  private static Map<String, Double> extra(Ledger ledger, double[] service, Floor.Passes floor) {
    double[] answered =
        ledger.accepted().values().stream()
            .mapToDouble(sent -> (sent.answeredNanos() - sent.sentNanos()) / 1e6)
            .toArray();
    return Map.of(
        "ratePerSecond", PER_SECOND,
        "serviceP50Ms", quantile(service, 0.5),
        "serviceP99Ms", quantile(service, 0.99),
        "answeredP50Ms", median(answered),
        "floorFirstHopP50Ms", median(floor.firstHop()),
        "floorSecondHopP50Ms", median(floor.secondHop()),
        "floorCommitP50Ms", median(floor.commit()));
  }

  private static double median(double[] millis) {
    return quantile(millis, 0.5);
  }

  private static double quantile(double[] millis, double p) {
    return Quantile.withDefaults().evaluate(millis, p);
  }
}
