package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.OpenLoop;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.CpuTime;
import io.nodebridge.bench.measure.Truth;
import io.nodebridge.bench.stack.BreakableStack;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// What more replicas cost, and how long a dead one's partitions wait: the table of
/// `docs/scaling.md`. Nothing here can be faster with more of them, since all share one machine.
@EnabledIfSystemProperty(named = "bench.profile", matches = "soak")
class ScalingIT {
  private static final int PER_SECOND = 50;
  private static final int WARM_UP = 30 * PER_SECOND;
  private static final int WORKFLOWS = 30 * PER_SECOND;
  // A session's time-out, 6 s, with the claims behind it.
  private static final Duration TAKEOVER = Duration.ofSeconds(10);
  private static final List<Integer> REPLICAS = List.of(1, 2, 4);

  private BreakableStack stack;
  private Reducers reducers;
  private IntakeClient clients;
  private final Map<String, URI> orchestrators = new LinkedHashMap<>();
  private final List<String> reducerNames = new ArrayList<>(List.of("reducer"));
  private int started = 1;

  @Test
  void replicasShareThePartitionsAndTakeEachOthersOver() throws Exception {
    // As users start it: with both compilers.
    try (BreakableStack own = TestStacks.own(Map.of("JAVA_OPTS", ""))) {
      stack = own;
      reducers = new Reducers(stack);
      clients = new IntakeClient(stack);
      orchestrators.put("orchestrator", stack.orchestrator());
      StringBuilder table =
          new StringBuilder(
              "\n"
                  + "| replicas of each | orchestrators | reducers | broker | takeover of requests"
                  + " | takeover of events |\n");
      for (int replicas : REPLICAS) {
        grow(replicas);
        run("warm-" + replicas, WARM_UP);
        double[] before = cpuMillis();
        run("counted-" + replicas, WORKFLOWS);
        double[] after = cpuMillis();
        String takeovers = replicas == 1 ? "| – | – |" : takeovers();
        table.append(
            "| %d | %.2f ms | %.2f ms | %.2f ms %s%n"
                .formatted(
                    replicas,
                    (after[0] - before[0]) / WORKFLOWS,
                    (after[1] - before[1]) / WORKFLOWS,
                    (after[2] - before[2]) / WORKFLOWS,
                    takeovers));
      }
      System.out.println(table);
    }
  }

  private void grow(int replicas) throws Exception {
    while (orchestrators.size() < replicas) {
      started++;
      String orchestrator = "orchestrator-" + started;
      orchestrators.put(orchestrator, stack.replica("orchestrator", orchestrator, Map.of()));
      String reducer = "reducer-" + started;
      reducerNames.add(reducer);
      reducers.awaitReady(reducers.replica(reducer, Map.of()));
    }
    awaitShared();
  }

  private void awaitShared() {
    await().atMost(PATIENCE).ignoreExceptions().until(this::shared);
  }

  private boolean shared() throws Exception {
    Map<String, URI> byNodeId = new LinkedHashMap<>();
    orchestrators.forEach((name, url) -> byNodeId.put(name + "-1", url));
    return clients.shared(byNodeId) && reducers.owners() == reducerNames.size();
  }

  // Posted to all of them in turn: whoever is asked, the partition's owner does the work.
  private void run(String namespace, int workflows) throws Exception {
    Ledger ledger = new Ledger();
    List<WorkflowClient> lines =
        orchestrators.values().stream()
            .map(url -> new WorkflowClient(url, Contents.stampingWithInsight(namespace), ledger))
            .toList();
    try {
      OpenLoop.run(
          workflows,
          PER_SECOND,
          (number, due) -> lines.get((int) (number % lines.size())).post(number, due));
    } finally {
      lines.forEach(WorkflowClient::close);
    }
    assertThat(ledger.accepted()).as("" + ledger.failures()).hasSize(workflows);
    await().atMost(PATIENCE).until(() -> ended(namespace) == workflows);
    assertThat(Truth.compare(stack.postgres(), namespace, ledger)).allMatch(Check::ok);
  }

  private long ended(String namespace) throws Exception {
    try (Connection connection = stack.postgres().connect();
        PreparedStatement count =
            connection.prepareStatement(
                "SELECT count(*) FROM reducer.workflow WHERE namespace = ? AND state IN"
                    + " ('COMPLETED', 'FAILED')")) {
      count.setString(1, namespace);
      try (ResultSet row = count.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  // Of the orchestrators, the reducers, the broker.
  private double[] cpuMillis() {
    return Stream.of(List.copyOf(orchestrators.keySet()), reducerNames, List.of("kafka"))
        .mapToDouble(names -> CpuTime.millis(names.stream().map(stack::process).toList()))
        .toArray();
  }

  private String takeovers() throws Exception {
    String orchestrator = "orchestrator-" + started;
    stack.kill(orchestrator);
    orchestrators.remove(orchestrator);
    double requests = secondsUntilShared();
    String reducer = "reducer-" + started;
    stack.kill(reducer);
    reducerNames.remove(reducer);
    double events = secondsUntilShared();
    return "| %.1f s | %.1f s |".formatted(requests, events);
  }

  private double secondsUntilShared() {
    long begin = System.nanoTime();
    await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(TAKEOVER)
        .ignoreExceptions()
        .until(this::shared);
    return (System.nanoTime() - begin) / 1e9;
  }
}
