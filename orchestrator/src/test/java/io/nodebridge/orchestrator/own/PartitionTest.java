package io.nodebridge.orchestrator.own;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.events.message.WorkflowRequest;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.orchestrator.decide.Definition;
import io.nodebridge.orchestrator.decide.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PartitionTest {
  private static final Definition DEFINITION =
      new Definition(
          "d",
          1,
          "h",
          Duration.ofSeconds(1),
          List.of(
              new Step(
                  "hash",
                  new Step.Work.Call("content.hash"),
                  List.of(),
                  null,
                  Duration.ofSeconds(1),
                  1,
                  Step.OnFailure.FAIL)));

  @Test
  void whatTheLogShowsAsEndedIsNotRunAgain() {
    Claim claim = new Claim(1, 2);
    Takeover takeover = new Takeover(null, 0, 0, 3);
    for (int i = 0; i < 3; i++) {
      takeover.event(claim, (long) i, ended(new UUID(0, i)));
    }
    takeover.marker(claim);
    Partition partition =
        new Partition(
            new Claiming.Next.Claimed(claim, 0, 3), takeover, new OneDefinition(DEFINITION));

    for (int i = 0; i < 3; i++) {
      assertThat(partition.polled(request(new UUID(0, i), i), 0)).as("request %d", i).isEmpty();
    }
  }

  private static Request request(UUID id, long offset) {
    return new Request(
        id,
        new WorkflowRequest("d", "ns", null, "text/plain", null, Map.of(), false),
        "body",
        offset,
        "");
  }

  private static WorkflowEvent ended(UUID id) {
    return new WorkflowEvent(
        id,
        1,
        "ns",
        "d",
        1,
        "h",
        List.of(
            new Transition(WorkflowState.PENDING, WorkflowState.PROCESSING, Instant.EPOCH),
            new Transition(WorkflowState.PROCESSING, WorkflowState.COMPLETED, Instant.EPOCH)),
        List.of(),
        null,
        0,
        "text/plain",
        0,
        "body",
        null);
  }
}
