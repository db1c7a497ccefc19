package io.nodebridge.orchestrator.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.orchestrator.decide.Decision.Task;
import io.nodebridge.orchestrator.decide.Workflow.Processing;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeciderTest {
  private static final WorkflowError ERROR = new WorkflowError("step_timeout", "late", "hash");
  private static final Step VALIDATE = builtIn("validate", List.of());
  private static final Step INSIGHT =
      call("insight", List.of("validate"), "input.intelligence", 1, Step.OnFailure.DEGRADE);
  private static final Step HASH = call("hash", List.of("validate"), null, 3, Step.OnFailure.FAIL);
  private static final Step STAMP = builtIn("stamp", List.of("hash", "insight"));
  private static final Definition STAMPING =
      new Definition(
          "stamping", 1, "text", Duration.ofSeconds(30), List.of(VALIDATE, INSIGHT, HASH, STAMP));

  @Test
  void independentStepsBeginTogetherAndTheLastEndCompletes() {
    Decision decision = begin(true);
    assertThat(decision.tasks()).containsExactly(new Task(VALIDATE, 1));
    decision = done(decision, "validate");
    assertThat(decision.tasks()).containsExactly(new Task(INSIGHT, 1), new Task(HASH, 1));
    decision = done(decision, "hash");
    assertThat(decision.tasks()).isEmpty();
    decision = done(decision, "insight");
    assertThat(decision.tasks()).containsExactly(new Task(STAMP, 1));
    decision = done(decision, "stamp");
    assertThat(decision.state()).isEqualTo(new Workflow.Completed());
    assertThat(decision.runs()).extracting(StepRun::name).containsExactly("stamp");
  }

  @Test
  void aStepWhoseConditionDoesNotHoldIsSkippedAndSaidSo() {
    Decision decision = done(begin(false), "validate");
    assertThat(decision.tasks()).containsExactly(new Task(HASH, 1));
    assertThat(decision.runs())
        .extracting(StepRun::name, StepRun::outcome, StepRun::attempt)
        .containsExactly(
            tuple("validate", StepOutcome.COMPLETED, 1), tuple("insight", StepOutcome.SKIPPED, 0));
    assertThat(done(decision, "hash").tasks()).containsExactly(new Task(STAMP, 1));
  }

  @Test
  void aRetryableFailureIsTriedAsOftenAsTheStepAllows() {
    Decision atHash = done(begin(false), "validate");
    Decision second = failed(atHash, "hash", 1, true);
    assertThat(second.tasks()).containsExactly(new Task(HASH, 2));
    assertThat(second.state().state()).isEqualTo(WorkflowState.PROCESSING);
    Decision end = failed(second, "hash", 3, true);
    assertThat(end.state()).isEqualTo(new Workflow.Failed(ERROR));
    assertThat(end.runs()).extracting(StepRun::outcome).containsExactly(StepOutcome.FAILED);
  }

  @Test
  void aFinalFailureEndsTheWorkflowAlthoughOthersStillRun() {
    Decision both = done(begin(true), "validate");
    assertThat(failed(both, "hash", 1, false).state()).isEqualTo(new Workflow.Failed(ERROR));
  }

  @Test
  void aStepThatMayDegradeLetsTheWorkflowGoOn() {
    Decision both = done(begin(true), "validate");
    Decision decision = failed(both, "insight", 1, true);
    assertThat(decision.runs()).extracting(StepRun::outcome).containsExactly(StepOutcome.DEGRADED);
    assertThat(done(decision, "hash").tasks()).containsExactly(new Task(STAMP, 1));
  }

  @Test
  void theWholeHasItsLimit() {
    Decision running = done(begin(true), "validate");
    assertThat(Decider.decide(running.state(), new Signal.Tick(), 29_999).state())
        .isEqualTo(running.state());
    Decision late = Decider.decide(running.state(), new Signal.Tick(), 30_000);
    assertThat(late.state())
        .isInstanceOfSatisfying(
            Workflow.Failed.class,
            failed ->
                assertThat(failed.error())
                    .isEqualTo(
                        new WorkflowError(
                            "workflow_timeout",
                            "not ended within 30000 ms, the limit of stamping version 1",
                            null)));
    assertThat(
            Decider.decide(running.state(), new Signal.StepDone(run("hash", 1)), 30_000)
                .state()
                .state())
        .isEqualTo(WorkflowState.FAILED);
  }

  @Test
  void aCancelledOneFailsWithTheReasonWhateverRuns() {
    for (Workflow state :
        List.of(new Workflow.Pending(STAMPING, Map.of()), done(begin(true), "validate").state())) {
      for (String reason : new String[] {"ordered twice", null}) {
        Decision decision = Decider.decide(state, new Signal.Cancel(reason), 1);
        assertThat(decision.tasks()).isEmpty();
        assertThat(decision.state())
            .isEqualTo(
                new Workflow.Failed(
                    new WorkflowError(
                        "cancelled", reason == null ? "cancelled on request" : reason, null)));
      }
    }
  }

  @Test
  void withoutADefinitionItFailsAtOnce() {
    Workflow.Pending pending = new Workflow.Pending(null, Map.of("definition", "none"));
    assertThat(Decider.decide(pending, new Signal.Begin(), 0).state())
        .isEqualTo(
            new Workflow.Failed(
                new WorkflowError(
                    "unknown_definition", "definition \"none\" is not known here", null)));
  }

  @Test
  void illegalMovesAreRefusedNamingTheStateAndTheSignal() {
    Workflow pending = new Workflow.Pending(STAMPING, Map.of());
    Workflow processing = begin(true).state();
    Workflow completed = new Workflow.Completed();
    Workflow failed = new Workflow.Failed(ERROR);
    Signal done = new Signal.StepDone(run("validate", 1));
    Signal stepFailed = new Signal.StepFailed(run("validate", 1), ERROR, true);
    Signal cancel = new Signal.Cancel(null);
    List<Map.Entry<Workflow, List<Signal>>> illegal =
        List.of(
            Map.entry(pending, List.of(done, stepFailed)),
            Map.entry(processing, List.of(new Signal.Begin())),
            Map.entry(
                completed,
                List.of(new Signal.Begin(), done, stepFailed, cancel, new Signal.Tick())),
            Map.entry(
                failed, List.of(new Signal.Begin(), done, stepFailed, cancel, new Signal.Tick())));
    for (Map.Entry<Workflow, List<Signal>> moves : illegal) {
      for (Signal signal : moves.getValue()) {
        assertThatThrownBy(() -> Decider.decide(moves.getKey(), signal, 0))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(moves.getKey().state().name())
            .hasMessageContaining(signal.getClass().getSimpleName());
      }
    }
    // Of a step that does not run, or has ended already.
    assertThatThrownBy(() -> Decider.decide(processing, new Signal.StepDone(run("hash", 1)), 0))
        .hasMessage("step hash does not run");
    Workflow further = done(begin(true), "validate").state();
    assertThatThrownBy(() -> Decider.decide(further, done, 0))
        .hasMessage("step validate does not run");
  }

  @Test
  void legalMovesAreExactlyThese() {
    Workflow pending = new Workflow.Pending(STAMPING, Map.of());
    assertThat(Decider.decide(pending, new Signal.Tick(), 9).state()).isEqualTo(pending);
    assertThat(Decider.decide(pending, new Signal.Begin(), 9).state())
        .isInstanceOf(Processing.class);
    assertThat(begin(true).state().state()).isEqualTo(WorkflowState.PROCESSING);
  }

  private static Decision begin(boolean intelligence) {
    return Decider.decide(
        new Workflow.Pending(STAMPING, Map.of("intelligence", intelligence)),
        new Signal.Begin(),
        0);
  }

  private static Decision done(Decision before, String step) {
    return Decider.decide(before.state(), new Signal.StepDone(run(step, 1)), 1);
  }

  private static Decision failed(Decision before, String step, int attempt, boolean retryable) {
    StepRun run = new StepRun(step, attempt, StepOutcome.FAILED, Instant.EPOCH, 1, null, Map.of());
    return Decider.decide(before.state(), new Signal.StepFailed(run, ERROR, retryable), 1);
  }

  private static StepRun run(String name, int attempt) {
    return new StepRun(name, attempt, StepOutcome.COMPLETED, Instant.EPOCH, 1, null, Map.of());
  }

  private static Step builtIn(String name, List<String> needs) {
    return new Step(
        name,
        Step.Work.BuiltIn.VALIDATE,
        needs,
        null,
        Duration.ofSeconds(1),
        1,
        Step.OnFailure.FAIL);
  }

  private static Step call(
      String name,
      List<String> needs,
      @Nullable String when,
      int attempts,
      Step.OnFailure onFailure) {
    return new Step(
        name,
        new Step.Work.Call("content." + name),
        needs,
        when == null ? null : Condition.parse(when),
        Duration.ofSeconds(1),
        attempts,
        onFailure);
  }
}
