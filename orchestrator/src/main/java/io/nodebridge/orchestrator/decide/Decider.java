package io.nodebridge.orchestrator.decide;

import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.orchestrator.decide.Decision.Task;
import io.nodebridge.orchestrator.decide.Workflow.Processing;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The whole of a workflow's logic as one pure function of state, signal and time.
public final class Decider {
  private Decider() {}

  /// What follows from `signal` in `state` at the time `nowMillis`.
  ///
  /// @throws IllegalStateException if the state has no such move; the caller has a fault
  public static Decision decide(Workflow state, Signal signal, long nowMillis) {
    return switch (state) {
      case Workflow.Pending pending ->
          switch (signal) {
            case Signal.Begin _ -> begin(pending, nowMillis);
            case Signal.Cancel cancel ->
                new Decision(pending.fail(cancelled(cancel)), List.of(), List.of());
            case Signal.Tick _ -> new Decision(pending, List.of(), List.of());
            case Signal.StepDone _, Signal.StepFailed _ -> throw illegal(state, signal);
          };
      case Processing processing ->
          switch (signal) {
            case Signal.StepDone done -> done(processing, done.run(), nowMillis);
            case Signal.StepFailed failed -> failed(processing, failed, nowMillis);
            case Signal.Cancel cancel ->
                new Decision(processing.fail(cancelled(cancel)), List.of(), List.of());
            case Signal.Tick _ ->
                late(processing, nowMillis)
                    ? timedOut(processing, List.of())
                    : new Decision(processing, List.of(), List.of());
            case Signal.Begin _ -> throw illegal(state, signal);
          };
      case Workflow.Completed _, Workflow.Failed _ -> throw illegal(state, signal);
    };
  }

  private static Decision begin(Workflow.Pending pending, long nowMillis) {
    Definition definition = pending.definition();
    if (definition == null) {
      return new Decision(
          pending.fail(
              new WorkflowError(
                  "unknown_definition",
                  "definition \"%s\" is not known here"
                      .formatted(pending.input().get("definition")),
                  null)),
          List.of(),
          List.of());
    }
    return goOn(pending.start(definition, nowMillis), List.of(), nowMillis);
  }

  private static Decision done(Processing before, StepRun run, long nowMillis) {
    long mask = running(before, run);
    return late(before, nowMillis)
        ? timedOut(before, List.of(run))
        : goOn(before.end(mask).with(run), List.of(run), nowMillis);
  }

  private static Decision failed(Processing before, Signal.StepFailed failed, long nowMillis) {
    StepRun run = failed.run();
    long mask = running(before, run);
    Step step = before.definition().step(mask);
    if (late(before, nowMillis)) {
      return timedOut(before, List.of(run));
    }
    if (failed.retryable() && run.attempt() < step.attempts()) {
      return new Decision(before, List.of(new Task(step, run.attempt() + 1)), List.of(run));
    }
    return switch (step.onFailure()) {
      case FAIL -> new Decision(before.fail(failed.error()), List.of(), List.of(run));
      case DEGRADE -> goOn(before.end(mask), List.of(degraded(run)), nowMillis);
    };
  }

  // Begins what is ready. A skipped step makes others ready in its turn; a begun one does not.
  private static Decision goOn(Processing from, List<StepRun> told, long nowMillis) {
    Definition definition = from.definition();
    List<StepRun> runs = told;
    long begins = 0;
    long ended = from.ended();
    long ready = definition.ready(from.begun(), ended);
    while (ready != 0) {
      long mask = Long.lowestOneBit(ready);
      Step step = definition.step(mask);
      if (holds(step.when(), from)) {
        begins |= mask;
        ready &= ~mask;
      } else {
        ended |= mask;
        runs = new ArrayList<>(runs);
        runs.add(skipped(step, nowMillis));
        ready = definition.ready(from.begun() | begins | ended, ended);
      }
    }
    Processing state = from.stand(from.begun() | begins | ended, ended);
    return new Decision(
        state.allEnded() ? state.complete() : state, firstAttempts(definition, begins), runs);
  }

  private static List<Task> firstAttempts(Definition definition, long steps) {
    Task[] tasks = new Task[Long.bitCount(steps)];
    long left = steps;
    for (int i = 0; i < tasks.length; i++) {
      tasks[i] = new Task(definition.step(left), 1);
      left &= left - 1;
    }
    return List.of(tasks);
  }

  private static boolean holds(@Nullable Condition when, Processing state) {
    return when == null || when.holds(Map.of("input", state.input(), "steps", state.results()));
  }

  private static StepRun skipped(Step step, long nowMillis) {
    return new StepRun(
        step.name(), 0, StepOutcome.SKIPPED, Instant.ofEpochMilli(nowMillis), 0, null, Map.of());
  }

  private static long running(Processing state, StepRun run) {
    if (!state.runs(run.name())) {
      throw new IllegalStateException("step " + run.name() + " does not run");
    }
    return state.definition().maskOf(run.name());
  }

  private static boolean late(Processing state, long nowMillis) {
    return nowMillis >= state.deadlineMillis();
  }

  private static Decision timedOut(Processing state, List<StepRun> runs) {
    return new Decision(
        state.fail(
            new WorkflowError(
                "workflow_timeout",
                "not ended within "
                    + state.definition().timeout().toMillis()
                    + " ms, the limit of "
                    + state.definition(),
                null)),
        List.of(),
        runs);
  }

  private static WorkflowError cancelled(Signal.Cancel cancel) {
    String reason = cancel.reason();
    return new WorkflowError("cancelled", reason == null ? "cancelled on request" : reason, null);
  }

  private static StepRun degraded(StepRun run) {
    return new StepRun(
        run.name(),
        run.attempt(),
        StepOutcome.DEGRADED,
        run.startedAt(),
        run.durationMicros(),
        run.instance(),
        run.result());
  }

  private static IllegalStateException illegal(Workflow state, Signal signal) {
    return new IllegalStateException(
        "a workflow in " + state.state() + " takes no " + signal.getClass().getSimpleName());
  }
}
