package io.nodebridge.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.OpenLoop;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.measure.Truth;
import io.nodebridge.bench.stack.Stack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/// A stack whose JVMs have done nothing yet is given work at once.
class YoungStackIT {
  private static final int PER_SECOND = 30;
  private static final int WORKFLOWS = 10 * PER_SECOND;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void itsFirstWorkflowsCompleteAndNoWorkerIsShutOut() throws Exception {
    // As users start it: with both compilers, which take the processors from young services.
    try (Stack stack = TestStacks.own(Map.of("JAVA_OPTS", ""));
        CommitFeed feed = CommitFeed.follow(stack.reducer())) {
      String namespace = "young";
      Ledger ledger = new Ledger();
      ConcurrentLinkedQueue<UUID> accepted = new ConcurrentLinkedQueue<>();
      try (WorkflowClient client =
          new WorkflowClient(
              stack.orchestrator(), Contents.stampingWithInsight(namespace), ledger)) {
        OpenLoop.run(
            WORKFLOWS,
            PER_SECOND,
            (number, due) -> {
              UUID id = client.post(number, due);
              if (id != null) {
                accepted.add(id);
              }
            });
      }

      assertThat(accepted).as("" + ledger.failures()).hasSize(WORKFLOWS);
      assertThat(feed.await(List.copyOf(accepted), LIMIT)).as("all ended").isTrue();
      assertThat(Truth.compare(stack.postgres(), namespace, ledger)).allMatch(Check::ok);
      assertThat(breakers(stack)).isNotEmpty().allMatch(line -> line.endsWith(" 0.0"));
    }
  }

  private static List<String> breakers(Stack stack) throws Exception {
    return new IntakeClient(stack)
        .get(stack.orchestrator(), "/metrics")
        .lines()
        .filter(line -> line.startsWith("nodebridge_breaker_state{"))
        .toList();
  }
}
