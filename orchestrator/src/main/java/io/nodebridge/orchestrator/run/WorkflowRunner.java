package io.nodebridge.orchestrator.run;

import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.message.Content;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.StepCall;
import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.orchestrator.call.StepClient;
import io.nodebridge.orchestrator.call.StepResult;
import io.nodebridge.orchestrator.decide.Decider;
import io.nodebridge.orchestrator.decide.Decision;
import io.nodebridge.orchestrator.decide.Definition;
import io.nodebridge.orchestrator.decide.Step;
import io.nodebridge.orchestrator.decide.Workflow;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/// Drives one workflow from its request to its terminal event, on the thread that calls it.
///
/// A crash between any two lines is safe: the request's offset is committed only after the terminal
/// event is acknowledged, so the request is polled again; its steps are called again under the same
/// idempotency keys, its events carry the same ids and sequences, and the reducer keeps the first.
final class WorkflowRunner {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final long BACK_OFF_MILLIS = 50;

  private final StepClient steps;
  private final EventLog log;
  private final String source;
  private final Clock clock;

  WorkflowRunner(StepClient steps, EventLog log, String source, Clock clock) {
    this.steps = steps;
    this.log = log;
    this.source = source;
    this.clock = clock;
  }

  /// Runs to the end; returns when the terminal event is on the log.
  ///
  /// @return the state in which it ended
  WorkflowState run(RequestRecord request) throws InterruptedException {
    Definition definition = Definition.named(request.request().definition());
    if (definition == null) {
      return failUnknownDefinition(request);
    }
    Journal journal = new Journal(request, definition.version(), source, log, clock);
    Map<String, Map<String, Object>> results = new HashMap<>();
    Decision decision = Decider.decide(new Workflow.Pending(definition), new Signal.Begin());
    journal.moved(WorkflowState.PENDING, WorkflowState.PROCESSING);
    while (decision instanceof Decision.Run next) {
      Signal signal = attempt(next, request, results, journal);
      decision = Decider.decide(next.state(), signal);
    }
    WorkflowState ended = decision.state().state();
    journal.moved(WorkflowState.PROCESSING, ended);
    if (decision.state() instanceof Workflow.Failed failed) {
      journal.end(null, failed.error());
    } else {
      journal.end(stampOf(request, results), null);
    }
    return ended;
  }

  private WorkflowState failUnknownDefinition(RequestRecord request) throws InterruptedException {
    Workflow.Failed failed =
        new Workflow.Failed(
            new WorkflowError(
                "unknown_definition",
                "definition \""
                    + request.request().definition()
                    + "\" is none of "
                    + Definition.names(),
                null));
    Journal journal = new Journal(request, 0, source, log, clock);
    journal.moved(WorkflowState.PENDING, failed.state());
    journal.end(null, failed.error());
    return failed.state();
  }

  private Signal attempt(
      Decision.Run run,
      RequestRecord request,
      Map<String, Map<String, Object>> results,
      Journal journal)
      throws InterruptedException {
    if (run.attempt() > 1) {
      // Full jitter, so that the retries of many workflows do not arrive together.
      Thread.sleep(ThreadLocalRandom.current().nextLong(BACK_OFF_MILLIS << run.attempt()));
    }
    Instant startedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    long startedNanos = System.nanoTime();
    Step step = run.step();
    String instance = null;
    StepResult result;
    switch (step) {
      case Step.BuiltIn builtIn -> result = runHere(builtIn.work(), request, results);
      case Step.Remote remote -> {
        instance = steps.instanceOf(remote.capability());
        result =
            steps.call(
                remote.capability(),
                callOf(remote, run.attempt(), request),
                remote.timeout(),
                request.traceparent(),
                journal::tellStarted);
      }
    }
    long micros = (System.nanoTime() - startedNanos) / 1_000;
    return switch (result) {
      case StepResult.Answer answer -> {
        StepRun done =
            new StepRun(
                step.name(),
                run.attempt(),
                StepOutcome.COMPLETED,
                startedAt,
                micros,
                instance,
                answer.result());
        results.put(step.name(), done.result());
        journal.ran(done);
        yield new Signal.StepDone(done);
      }
      case StepResult.Failure failure -> {
        StepRun failed =
            new StepRun(
                step.name(),
                run.attempt(),
                StepOutcome.FAILED,
                startedAt,
                micros,
                instance,
                Map.of("code", failure.code(), "message", failure.message()));
        journal.ran(failed);
        yield new Signal.StepFailed(
            failed,
            new WorkflowError(failure.code(), failure.message(), step.name()),
            failure.retryable());
      }
    };
  }

  private static StepResult runHere(
      Step.Work work, RequestRecord request, Map<String, Map<String, Object>> results) {
    return switch (work) {
      // What can be told from the document alone was checked when it was read.
      case VALIDATE -> new StepResult.Answer(Map.of());
      case HASH ->
          new StepResult.Answer(
              Map.of(
                  "hash",
                  ContentHash.of(request.content()),
                  "sizeBytes",
                  request.content().length));
      case STAMP -> {
        Object hash = results.getOrDefault("hash", Map.of()).get("hash");
        yield hash instanceof String text && HASH.matcher(text).matches()
            ? new StepResult.Answer(
                Map.of("stampId", WorkflowIds.ofStamp(request.workflowId()).toString()))
            : new StepResult.Failure(
                "invalid_hash", "step hash gave " + hash + ", not 64 hexadecimal digits", false);
      }
    };
  }

  private static StepCall callOf(Step.Remote step, int attempt, RequestRecord request) {
    Content content = Objects.requireNonNull(request.request().content());
    Map<String, Object> body =
        content.text() != null
            ? Map.of("text", content.text())
            : Map.of("base64", Objects.requireNonNull(content.base64()));
    return new StepCall(
        request.workflowId(),
        step.name(),
        attempt,
        request.request().namespace(),
        Map.of("content", body, "contentType", request.request().contentType()));
  }

  private static Stamp stampOf(RequestRecord request, Map<String, Map<String, Object>> results) {
    Map<String, Object> hash = Objects.requireNonNull(results.get("hash"));
    return new Stamp(
        WorkflowIds.ofStamp(request.workflowId()),
        (String) Objects.requireNonNull(hash.get("hash")),
        Stamp.METADATA_VERSION);
  }
}
