package io.nodebridge.bench.benchmark;

import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.NodeState;
import io.nodebridge.events.message.NodeStatus;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.orchestrator.route.Instance;
import io.nodebridge.orchestrator.route.Outcome;
import io.nodebridge.orchestrator.route.RoutingTable;
import io.nodebridge.orchestrator.route.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What JMH times; public because its generated code calls it.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
public class RoutingChoices {
  static final String CAPABILITY = "content.hash";
  static final String WORKING = "working-";

  private static final int FEW = 10;
  private static final int MANY = 100;
  // Longer than any run: an open breaker must stay so.
  private static final Duration BREAKER_OPEN = Duration.ofHours(1);

  private final RoutingTable one = table(1);
  private final RoutingTable ten = table(FEW);
  private final RoutingTable hundred = table(MANY);

  /// A table of `size` candidates, every tenth of which has an open breaker, after as many others
  /// were alive and died.
  static RoutingTable table(int size) {
    RoutingTable table = new RoutingTable(Map.of(), BREAKER_OPEN, Clock.systemUTC());
    table.apply(verdicts("dead-", size, NodeStatus.ALIVE));
    int failing = size / FEW;
    table.apply(verdicts("failing-", failing, NodeStatus.ALIVE));
    table.apply(verdicts("dead-", size, NodeStatus.DEAD));
    while (table.instances().stream().anyMatch(instance -> instance.breakerState() == 0)) {
      Instance chosen = table.choose(CAPABILITY, null);
      if (chosen != null) {
        chosen.ended(Outcome.FAILED);
      }
    }
    table.apply(verdicts(WORKING, size - failing, NodeStatus.ALIVE));
    return table;
  }

  private static List<Verdict> verdicts(String name, int count, NodeStatus status) {
    return IntStream.range(0, count)
        .mapToObj(
            number -> {
              String id = name + number;
              Endpoints endpoints = new Endpoints(null, "http://" + id + ":8083", null);
              return new Verdict(
                  id,
                  new NodeState(
                      id,
                      1,
                      status,
                      Instant.EPOCH,
                      NodeType.COMPUTE,
                      List.of(CAPABILITY),
                      endpoints));
            })
        .toList();
  }

  @Benchmark
  public Instance ofOne() {
    return ended(one.choose(CAPABILITY, null));
  }

  @Benchmark
  public Instance ofTen() {
    return ended(ten.choose(CAPABILITY, null));
  }

  @Benchmark
  public Instance ofHundred() {
    return ended(hundred.choose(CAPABILITY, null));
  }

  // A choice is no choice without the call's end, which is part of what routing costs.
  private static Instance ended(@Nullable Instance chosen) {
    if (chosen == null || chosen.breakerState() != 0) {
      throw new IllegalStateException("chosen: " + (chosen == null ? null : chosen.id()));
    }
    chosen.ended(Outcome.ANSWERED);
    return chosen;
  }
}
