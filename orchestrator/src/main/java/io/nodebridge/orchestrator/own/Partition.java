package io.nodebridge.orchestrator.own;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.message.CancelRequest;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowOutcome;
import io.nodebridge.orchestrator.decide.Catalogue;
import io.nodebridge.orchestrator.decide.Decider;
import io.nodebridge.orchestrator.decide.Decision;
import io.nodebridge.orchestrator.decide.Decision.Task;
import io.nodebridge.orchestrator.decide.Definition;
import io.nodebridge.orchestrator.decide.Workflow;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One claimed partition of requests. It is told what happened and says what to do; it does nothing
/// itself and knows no clock, so all of it can be simulated. Not thread-safe.
///
/// Why a crash anywhere is safe: an offset is committed only when every request before it has its
/// terminal event on the log, and whoever claims the partition next reads the log from where the
/// committed offset says, up to its own marker: finished workflows are passed over, begun ones go
/// on behind their last logged step, and what the former owner still writes is void.
public final class Partition {
  private final Claim claim;
  private final Takeover takeover;
  private final Catalogue definitions;
  private final OpenRequests open;
  private final Memory memory;
  private final Map<UUID, Run> running = new HashMap<>();
  private boolean halted;

  /// A partition as its claiming has left it.
  public Partition(Claiming.Next.Claimed claimed, Takeover takeover, Catalogue definitions) {
    this.claim = claimed.claim();
    this.takeover = takeover;
    this.definitions = definitions;
    this.open = new OpenRequests(claim, claimed.first(), takeover, claimed.markerOffset() + 1);
    this.memory = takeover.ended();
  }

  public Claim claim() {
    return claim;
  }

  /// Workflows that are not over.
  public int running() {
    return running.size();
  }

  /// The request that comes next.
  public long next() {
    return open.next();
  }

  /// How far the newest request is ahead of the first unfinished one.
  public long spread() {
    return open.spread();
  }

  /// What may be committed now.
  public Commit commit() {
    return open.commit();
  }

  /// The body under which a workflow is known here; null if it is not.
  public @Nullable String bodyHashOf(UUID id) {
    Run run = running.get(id);
    if (run != null) {
      return run.request().bodyHash();
    }
    Memory.Past past = memory.past(id);
    return past == null ? null : past.bodyHash();
  }

  /// How a workflow ended that is remembered; its steps are not.
  public @Nullable WorkflowOutcome outcomeOf(UUID id) {
    Memory.Past past = memory.past(id);
    return past == null ? null : past.outcome(id);
  }

  /// A record was polled that is no request to run: unreadable, or not for this partition.
  ///
  /// @return whether it still has to be dealt with; then [#dealtWith] follows
  public boolean polledOther(long offset) {
    open.begin(offset);
    if (takeover.rejected(offset)) {
      open.end(offset);
      return false;
    }
    return true;
  }

  /// A record that is no request to run was passed on, or a request rejected.
  ///
  /// @param eventOffset where, if it is on the event log; -1 otherwise
  public void dealtWith(long offset, long eventOffset) {
    open.appended(eventOffset);
    open.end(offset);
  }

  /// A request was polled.
  public List<Effect> polled(Request request, long nowMillis) {
    open.begin(request.offset());
    if (halted) {
      return List.of();
    }
    if (takeover.rejected(request.offset())) {
      open.end(request.offset());
      return List.of();
    }
    String known = bodyHashOf(request.id());
    Takeover.Logged logged = takeover.unfinished(request.id());
    if (known == null && logged != null) {
      known = logged.bodyHash();
    }
    if (known != null && !known.equals(request.bodyHash())) {
      return List.of(
          new Effect.Reject(
              request,
              "idempotency conflict: workflow "
                  + request.id()
                  + " was requested before with another body"));
    }
    if (running.containsKey(request.id()) || memory.past(request.id()) != null) {
      // Whoever asked first is further back in the log, and holds the offset as long as it takes.
      open.end(request.offset());
      return List.of();
    }
    return logged == null ? begin(request, nowMillis) : resume(request, logged);
  }

  private List<Effect> begin(Request request, long nowMillis) {
    Definition definition = definitions.latest(request.document().definition());
    Workflow.Pending pending = new Workflow.Pending(definition, request.input());
    Run run = new Run(request, definition, pending);
    running.put(request.id(), run);
    return run.follow(Decider.decide(pending, new Signal.Begin(), nowMillis), nowMillis);
  }

  private List<Effect> halt(String reason) {
    halted = true;
    return List.of(new Effect.Halt(reason));
  }

  private List<Effect> resume(Request request, Takeover.Logged logged) {
    Definition definition = definitions.exact(logged.definition(), logged.definitionVersion());
    if (definition == null || !definition.hash().equals(logged.definitionHash())) {
      return halt(
          "workflow %s began with %s version %d, which is %s: bring that file back"
              .formatted(
                  request.id(),
                  logged.definition(),
                  logged.definitionVersion(),
                  definition == null ? "gone" : "another text now"));
    }
    try {
      return resume(request, logged, definition);
    } catch (IllegalStateException e) {
      return halt(
          "workflow %s cannot go on behind what its log says: %s"
              .formatted(request.id(), e.getMessage()));
    }
  }

  // Recovery is replay: the decisions that the logged steps led to are made again, and what they
  // leave to do is done.
  private List<Effect> resume(Request request, Takeover.Logged logged, Definition definition) {
    long begunMillis = logged.begunAt().toEpochMilli();
    Map<String, Task> tasks = new HashMap<>();
    Workflow.Pending pending = new Workflow.Pending(definition, request.input());
    Decision decision = Decider.decide(pending, new Signal.Begin(), begunMillis);
    decision.tasks().forEach(task -> tasks.put(task.step().name(), task));
    for (StepRun run : logged.runs()) {
      Signal signal =
          switch (run.outcome()) {
            case COMPLETED -> new Signal.StepDone(run);
            case FAILED -> new Signal.StepFailed(run, UNSAID, true);
            case DEGRADED -> new Signal.StepFailed(run, UNSAID, false);
            case SKIPPED -> null;
          };
      if (signal != null) {
        tasks.remove(run.name());
        decision = Decider.decide(decision.state(), signal, begunMillis);
        decision.tasks().forEach(task -> tasks.put(task.step().name(), task));
      }
    }
    if (!(decision.state() instanceof Workflow.Processing state)) {
      throw new IllegalStateException("its steps say that it is " + decision.state().state());
    }
    takeover.taken(request.id());
    Run run = new Run(request, definition, state);
    run.resume(state, logged.sequence(), logged.runs());
    running.put(request.id(), run);
    List<Effect> effects = new ArrayList<>();
    tasks.values().forEach(task -> effects.add(new Effect.Perform(request, task, state)));
    return effects;
  }

  /// An attempt of a step ended.
  public List<Effect> stepEnded(UUID id, Signal signal, long nowMillis) {
    Run run = running.get(id);
    if (run == null || !(run.state() instanceof Workflow.Processing)) {
      return List.of(); // it ended without waiting for this one
    }
    return run.follow(Decider.decide(run.state(), signal, nowMillis), nowMillis);
  }

  /// A cancellation was polled. It holds no offset: the workflow's request lies further back, and
  /// holds it until the end is on the log; so whoever takes over reads both again.
  public List<Effect> polledCancel(long offset, CancelRequest cancel, long nowMillis) {
    open.begin(offset);
    open.end(offset);
    return cancelled(offset, cancel, nowMillis);
  }

  /// A cancellation lies on the log, be it that its turn has not come: there may be much before it
  /// that waits for room. Only what was requested before it is meant.
  public List<Effect> cancelled(long offset, CancelRequest cancel, long nowMillis) {
    Run run = running.get(cancel.workflowId());
    if (run == null
        || run.request().offset() > offset
        || !(run.state() instanceof Workflow.Processing)) {
      return List.of();
    }
    Signal signal = new Signal.Cancel(cancel.reason());
    return run.follow(Decider.decide(run.state(), signal, nowMillis), nowMillis);
  }

  /// A step takes its time, so the world should see that the workflow is under way.
  public List<Effect> slow(UUID id) {
    Run run = running.get(id);
    return run == null ? List.of() : run.tell();
  }

  /// An event is on the log.
  public List<Effect> acknowledged(UUID id, int sequence, long eventOffset, long nowMillis) {
    open.appended(eventOffset);
    Run run = running.get(id);
    if (run == null || !run.awaits(sequence)) {
      return List.of();
    }
    List<Effect> effects = run.acknowledged();
    if (!run.over()) {
      return effects;
    }
    running.remove(id);
    WorkflowOutcome outcome = run.outcome();
    memory.keep(id, Memory.Past.of(outcome, run.request().bodyHash(), nowMillis));
    open.end(run.request().offset());
    return List.of(new Effect.Ended(run.request(), outcome));
  }

  /// An event is larger than the log takes.
  public List<Effect> tooLarge(UUID id, int sequence, long nowMillis) {
    Run run = running.get(id);
    return run == null || !run.awaits(sequence) ? List.of() : run.tooLarge(nowMillis);
  }

  /// Time has passed.
  public List<Effect> tick(long nowMillis) {
    memory.forgetOld(nowMillis);
    List<Effect> effects = new ArrayList<>();
    for (Run run : running.values()) {
      if (run.state() instanceof Workflow.Processing processing
          && processing.deadlineMillis() <= nowMillis) {
        effects.addAll(
            run.follow(Decider.decide(processing, new Signal.Tick(), nowMillis), nowMillis));
      }
    }
    return effects;
  }

  private static final WorkflowError UNSAID = new WorkflowError("unsaid", "", null);
}
