package io.nodebridge.orchestrator.run;

import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.message.Content;
import io.nodebridge.events.message.StepCall;
import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Surrogates;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowRequest;
import io.nodebridge.orchestrator.call.StepClient;
import io.nodebridge.orchestrator.call.StepResult;
import io.nodebridge.orchestrator.decide.Decision.Task;
import io.nodebridge.orchestrator.decide.Step.Work;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import io.nodebridge.orchestrator.own.Effect;
import io.nodebridge.orchestrator.own.Request;
import io.nodebridge.orchestrator.own.Stamping;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does one attempt of a step, here or at a worker, on the thread that calls it.
///
/// What nobody has foreseen fails the attempt, not the process: the workflow's own steps say what
/// follows from that, and the other workflows go on.
final class StepRunner {
  private static final Logger LOG = LoggerFactory.getLogger(StepRunner.class);
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long BACK_OFF_MILLIS = 50;
  private static final long LONGEST_BACK_OFF_MILLIS = 5_000;
  private static final int MAX_SHOWN_CHARACTERS = 300;
  private static final StepResult.Failure NO_TIME =
      new StepResult.Failure("step_timeout", "no time is left before the workflow's end", true);

  private final StepClient steps;
  private final Clock clock;

  StepRunner(StepClient steps, Clock clock) {
    this.steps = steps;
    this.clock = clock;
  }

  /// Does a step of the orchestrator's own.
  Signal here(Effect.Perform perform, Work.BuiltIn work) {
    Instant startedAt = now();
    long startedNanos = System.nanoTime();
    Carried carried = (Carried) perform.request().carried();
    StepResult result;
    try {
      result =
          switch (work) {
            // What can be told from the document alone was checked when it was read.
            case VALIDATE -> new StepResult.Answer(Map.of());
            case HASH ->
                new StepResult.Answer(
                    Map.of(
                        "hash",
                        ContentHash.of(carried.content()),
                        "sizeBytes",
                        carried.content().length));
            case STAMP -> stamp(perform);
          };
    } catch (RuntimeException e) {
      result = unforeseen(perform, e);
    }
    return signal(perform.task(), result, startedAt, startedNanos, null);
  }

  /// Calls a worker and waits for its answer.
  ///
  /// @param whenSlow run if that takes its time
  Signal remote(Effect.Perform perform, Work.Call call, Runnable whenSlow)
      throws InterruptedException {
    Task task = perform.task();
    String name = task.step().name();
    Carried carried = (Carried) perform.request().carried();
    Carried.Tried before = carried.tried().get(name);
    if (task.attempt() > 1) {
      pause(task.attempt(), before, perform.state().deadlineMillis(), whenSlow);
    }
    Instant startedAt = now();
    long startedNanos = System.nanoTime();
    StepResult.Called called = called(perform, call, before, whenSlow);
    String instance = called.instance() == null ? null : called.instance().id();
    Duration retryAfter =
        called.result() instanceof StepResult.Failure failure
            ? failure.retryAfter()
            : Duration.ZERO;
    carried
        .tried()
        .put(
            name,
            new Carried.Tried(
                instance, System.nanoTime() + retryAfter.toNanos(), called.workNanos()));
    return signal(task, called.result(), startedAt, startedNanos, instance);
  }

  private StepResult.Called called(
      Effect.Perform perform, Work.Call call, Carried.@Nullable Tried before, Runnable whenSlow)
      throws InterruptedException {
    long leftMillis = perform.state().deadlineMillis() - clock.millis();
    if (leftMillis <= 0) {
      return new StepResult.Called(null, NO_TIME, 0);
    }
    try {
      return steps.call(
          call.capability(),
          callOf(perform),
          perform.task().step().timeout(),
          System.nanoTime() + leftMillis * NANOS_PER_MILLI,
          ((Carried) perform.request().carried()).traceparent(),
          before == null ? null : before.instance(),
          whenSlow);
    } catch (RuntimeException e) {
      return new StepResult.Called(null, unforeseen(perform, e), 0);
    }
  }

  // As long as the worker asked for, plus full jitter, so that the retries of many workflows do not
  // arrive together; but not past the workflow's end.
  private void pause(
      int attempt, Carried.@Nullable Tried before, long deadlineMillis, Runnable whenSlow)
      throws InterruptedException {
    long asked =
        before == null
            ? 0
            : Math.max(0, (before.notBeforeNanos() - System.nanoTime()) / NANOS_PER_MILLI);
    long jitter =
        ThreadLocalRandom.current()
            .nextLong(Math.min(BACK_OFF_MILLIS << attempt, LONGEST_BACK_OFF_MILLIS));
    if (asked > 0) {
      whenSlow.run();
    }
    Thread.sleep(Math.max(0, Math.min(asked + jitter, deadlineMillis - clock.millis())));
  }

  private static StepResult.Failure unforeseen(Effect.Perform perform, RuntimeException e) {
    LOG.atError()
        .setCause(e)
        .addKeyValue("workflowId", perform.request().id())
        .addKeyValue("step", perform.task().step().name())
        .log("an attempt of a step failed in a way that was not foreseen");
    return new StepResult.Failure(
        "unforeseen", Surrogates.beginning(e.toString(), MAX_SHOWN_CHARACTERS), true);
  }

  private static Signal signal(
      Task task,
      StepResult result,
      Instant startedAt,
      long startedNanos,
      @Nullable String instance) {
    long micros = (System.nanoTime() - startedNanos) / 1_000;
    String name = task.step().name();
    return switch (result) {
      case StepResult.Answer answer ->
          new Signal.StepDone(
              new StepRun(
                  name,
                  task.attempt(),
                  StepOutcome.COMPLETED,
                  startedAt,
                  micros,
                  instance,
                  answer.result()));
      case StepResult.Failure failure ->
          new Signal.StepFailed(
              new StepRun(
                  name,
                  task.attempt(),
                  StepOutcome.FAILED,
                  startedAt,
                  micros,
                  instance,
                  Map.of("code", failure.code(), "message", failure.message())),
              new WorkflowError(failure.code(), failure.message(), name),
              failure.retryable());
    };
  }

  private static StepResult stamp(Effect.Perform perform) {
    Object hash = Stamping.hashIn(perform.state().results());
    return hash instanceof String text && HASH.matcher(text).matches()
        ? new StepResult.Answer(
            Map.of(Stamping.STAMP_ID, WorkflowIds.ofStamp(perform.request().id()).toString()))
        : new StepResult.Failure(
            "invalid_hash", "the steps before gave " + hash + ", not 64 hexadecimal digits", false);
  }

  private static StepCall callOf(Effect.Perform perform) {
    Request request = perform.request();
    WorkflowRequest document = request.document();
    Content content = Objects.requireNonNull(document.content());
    Map<String, Object> input = new HashMap<>();
    input.put(
        "content",
        content.text() != null
            ? Map.of("text", content.text())
            : Map.of("base64", Objects.requireNonNull(content.base64())));
    input.put("contentType", document.contentType());
    if (!document.metadata().isEmpty()) {
      input.put("metadata", document.metadata());
    }
    if (document.filePath() != null) {
      input.put("filePath", document.filePath());
    }
    Map<String, Object> before = new HashMap<>(perform.state().results());
    before.keySet().retainAll(perform.task().step().needs());
    before.values().removeIf(result -> result instanceof Map<?, ?> map && map.isEmpty());
    if (!before.isEmpty()) {
      input.put("steps", before);
    }
    return new StepCall(
        request.id(),
        perform.task().step().name(),
        perform.task().attempt(),
        document.namespace(),
        input);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
