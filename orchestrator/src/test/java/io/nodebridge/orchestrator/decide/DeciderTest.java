package io.nodebridge.orchestrator.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DeciderTest {
  private static final Definition STAMPING = Objects.requireNonNull(Definition.named("stamping"));
  private static final WorkflowError ERROR = new WorkflowError("step_timeout", "late", "hash");

  @Test
  void aWorkflowRunsItsStepsInOrderAndCompletes() {
    Decision decision = Decider.decide(new Workflow.Pending(STAMPING), new Signal.Begin());
    for (Step step : STAMPING.steps()) {
      Decision.Run run = (Decision.Run) decision;
      assertThat(run.step()).isEqualTo(step);
      assertThat(run.attempt()).isEqualTo(1);
      decision = Decider.decide(run.state(), new Signal.StepDone(run(step.name(), 1)));
    }
    assertThat(decision).isEqualTo(new Decision.End(new Workflow.Completed()));
  }

  @Test
  void aRetryableFailureIsTriedAsOftenAsTheStepAllows() {
    Workflow.Processing atHash = new Workflow.Processing(STAMPING, 1);
    Decision second = Decider.decide(atHash, failed(1, true));
    assertThat(second).isEqualTo(new Decision.Run(atHash, atHash.step(), 2));
    Decision end = Decider.decide(atHash, failed(3, true));
    assertThat(end).isEqualTo(new Decision.End(new Workflow.Failed(ERROR)));
  }

  @Test
  void aFinalFailureEndsTheWorkflowAtOnce() {
    assertThat(Decider.decide(new Workflow.Processing(STAMPING, 1), failed(1, false)))
        .isEqualTo(new Decision.End(new Workflow.Failed(ERROR)));
  }

  @Test
  void aBuiltInStepIsNeverTriedAgain() {
    assertThat(Decider.decide(new Workflow.Processing(STAMPING, 0), failed(1, true)))
        .isEqualTo(new Decision.End(new Workflow.Failed(ERROR)));
  }

  @Test
  void illegalMovesAreRefusedNamingTheStateAndTheSignal() {
    List<Map.Entry<Workflow, Signal>> illegal =
        List.of(
            Map.entry(new Workflow.Pending(STAMPING), new Signal.StepDone(run("hash", 1))),
            Map.entry(new Workflow.Pending(STAMPING), failed(1, true)),
            Map.entry(new Workflow.Processing(STAMPING, 0), new Signal.Begin()),
            Map.entry(new Workflow.Completed(), new Signal.Begin()),
            Map.entry(new Workflow.Completed(), new Signal.StepDone(run("hash", 1))),
            Map.entry(new Workflow.Failed(ERROR), new Signal.Begin()),
            Map.entry(new Workflow.Failed(ERROR), failed(1, true)));
    for (Map.Entry<Workflow, Signal> move : illegal) {
      assertThatThrownBy(() -> Decider.decide(move.getKey(), move.getValue()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(move.getKey().state().name())
          .hasMessageContaining(move.getValue().getClass().getSimpleName());
    }
  }

  private static Signal failed(int attempt, boolean retryable) {
    return new Signal.StepFailed(run("hash", attempt), ERROR, retryable);
  }

  private static StepRun run(String name, int attempt) {
    return new StepRun(name, attempt, StepOutcome.COMPLETED, Instant.EPOCH, 1, null, Map.of());
  }
}
