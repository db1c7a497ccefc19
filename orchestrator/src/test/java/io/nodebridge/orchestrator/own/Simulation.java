package io.nodebridge.orchestrator.own;

import static io.nodebridge.orchestrator.own.SimulatedLog.require;

import io.nodebridge.events.message.CancelRequest;
import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.events.message.WorkflowRequest;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.orchestrator.decide.Condition;
import io.nodebridge.orchestrator.decide.Definition;
import io.nodebridge.orchestrator.decide.Step;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One seeded history of a partition: clients ask, repeat, contradict themselves and cancel; steps
/// are done in any order, fail and take their time; acknowledgements get lost; owners die, or pause
/// and go on as if nothing had been. At last one owner is left in peace, and everything must add
/// up.
final class Simulation {
  private static final int LINES = 12;
  private static final int FAULTS = 4;
  private static final int STEPS = 400;
  private static final int PATIENCE = 20_000;

  /// What somebody who writes the loop around [Partition] could get wrong.
  enum Bug {
    NONE,
    NO_MARKER,
    READERS_IGNORE_CLAIMS,
    COMMITS_THE_NEWEST,
    COMMITS_THE_LOGS_END,
    READS_NOTHING_AT_TAKEOVER,
    STOPS_READING_EARLY,
    TAKEOVER_IGNORES_CLAIMS,
    FORGETS_THE_COMMITTED_CLAIM,
    ACKNOWLEDGES_WHAT_IS_LOST,
    A_ZOMBIE_COMMITS,
    COMMITS_PAST_WHAT_IS_CANCELLED,
    A_CANCELLATION_WRITES_AN_END,
    A_CANCELLATION_OVERTAKES_ITS_REQUEST,
    CLAIMS_WITHOUT_A_NEW_GENERATION,
    ASKS_NO_COORDINATOR
  }

  private final Random random;
  private final Bug bug;
  private final Definition definition;
  private final SimulatedLog log = new SimulatedLog();
  private final List<Line> lines = new ArrayList<>();
  private final List<Owner> owners = new ArrayList<>();
  private final List<SimulatedClaim> overtaken = new ArrayList<>();
  private final Map<UUID, WorkflowState> toldEnded = new HashMap<>();
  private @Nullable Commit committed;
  private Owner current;
  private boolean beingClaimed;
  private int generation;
  private int faults;
  private int tokens;
  private long nowMillis = 1_000_000;

  /// A record of the request topic; its place in the list is its offset.
  private sealed interface Line {
    record Asked(Request request) implements Line {}

    record Cancelled(CancelRequest cancel) implements Line {}
  }

  /// A process that thinks that the partition is its own.
  private static final class Owner {
    private final Partition partition;
    private final List<Effect> todo = new ArrayList<>();
    private final Map<UUID, Long> cancelled = new HashMap<>();
    private long next;

    private Owner(Partition partition, long next) {
      this.partition = partition;
      this.next = next;
    }

    private void take(List<Effect> effects) {
      for (Effect effect : effects) {
        if (effect instanceof Effect.Perform(Request request, var task, _)) {
          require(
              request.offset() > cancelled.getOrDefault(request.id(), -1L),
              task.step().name() + " begins although it was cancelled before: " + request);
        }
      }
      todo.addAll(effects);
    }
  }

  Simulation(long seed, Bug bug) {
    this.random = new Random(seed);
    this.bug = bug;
    this.definition = anyDefinition();
    this.current = claim();
  }

  /// Lives the history and checks its end.
  void run() {
    for (int i = 0; i < STEPS; i++) {
      step();
    }
    faults = FAULTS;
    for (int i = 0; !settled(); i++) {
      require(i < PATIENCE, "something never ends");
      step();
    }
    check();
  }

  private void step() {
    switch (random.nextInt(20)) {
      case 0, 1 -> ask();
      case 2, 3, 4 -> poll();
      case 5 -> committed = commitOf(current);
      case 6 -> pass(owners.get(random.nextInt(owners.size())));
      case 7 -> fault();
      case 8 -> wake();
      default -> act(owners.get(random.nextInt(owners.size())));
    }
  }

  private void ask() {
    if (lines.size() == LINES) {
      return;
    }
    List<Request> requests = requests();
    boolean known = !requests.isEmpty() && random.nextInt(3) == 0;
    UUID id =
        known
            ? requests.get(random.nextInt(requests.size())).id()
            : new UUID(random.nextLong(), random.nextLong());
    if (random.nextInt(4) == 0) {
      cancel(requests.isEmpty() || random.nextInt(8) == 0 ? id : requests.getLast().id());
      return;
    }
    String body = random.nextInt(5) == 0 ? "another" : "body";
    lines.add(
        new Line.Asked(
            new Request(
                id,
                new WorkflowRequest(
                    "any", "ns", null, "text/plain", null, Map.of(), random.nextBoolean()),
                body,
                lines.size(),
                "")));
  }

  // Whoever owns the workflow, or thinks so, may hear of it before its turn.
  private void cancel(UUID id) {
    CancelRequest cancel = new CancelRequest(id, null);
    long offset = lines.size();
    lines.add(new Line.Cancelled(cancel));
    if (random.nextInt(3) == 0) {
      Owner owner = owners.get(random.nextInt(owners.size()));
      owner.take(owner.partition.cancelled(offset, cancel, nowMillis));
    }
  }

  private List<Request> requests() {
    return lines.stream()
        .flatMap(line -> line instanceof Line.Asked asked ? Stream.of(asked.request()) : null)
        .toList();
  }

  private void poll() {
    long offset = current.next;
    if (bug == Bug.A_CANCELLATION_OVERTAKES_ITS_REQUEST
        && offset + 1 < lines.size()
        && lines.get((int) offset + 1) instanceof Line.Cancelled) {
      deliver(offset + 1);
    }
    if (offset < lines.size()) {
      deliver(offset);
      current.next++;
    }
  }

  private void deliver(long offset) {
    switch (lines.get((int) offset)) {
      case Line.Asked asked -> current.take(current.partition.polled(asked.request(), nowMillis));
      case Line.Cancelled cancelled -> {
        UUID id = cancelled.cancel().workflowId();
        current.take(current.partition.polledCancel(offset, cancelled.cancel(), nowMillis));
        current.cancelled.put(id, offset);
        if (bug == Bug.A_CANCELLATION_WRITES_AN_END) {
          log.endOf(id).ifPresent(end -> log.append(failedAgain(end)));
        }
      }
    }
  }

  private SimulatedLog.Entry failedAgain(SimulatedLog.Entry end) {
    WorkflowEvent event = Objects.requireNonNull(end.event());
    WorkflowEvent failed =
        new WorkflowEvent(
            event.workflowId(),
            event.sequence() + 1,
            event.namespace(),
            event.definition(),
            event.definitionVersion(),
            null,
            List.of(
                new Transition(
                    WorkflowState.PROCESSING,
                    WorkflowState.FAILED,
                    Instant.ofEpochMilli(nowMillis))),
            List.of(),
            null,
            0,
            event.contentType(),
            0,
            event.bodyHash(),
            new WorkflowError("cancelled", "", null));
    return new SimulatedLog.Entry(current.partition.claim(), end.request(), failed, null);
  }

  private void pass(Owner owner) {
    nowMillis += random.nextInt(60);
    owner.take(owner.partition.tick(nowMillis));
    if (bug == Bug.A_ZOMBIE_COMMITS) {
      committed = commitOf(owner);
    }
  }

  private Commit commitOf(Owner owner) {
    Commit commit = owner.partition.commit();
    return switch (bug) {
      case COMMITS_THE_NEWEST ->
          new Commit(owner.next, commit.claim(), commit.eventsFrom(), commit.inForce());
      case COMMITS_THE_LOGS_END ->
          new Commit(commit.offset(), commit.claim(), log.end(), commit.claim());
      case COMMITS_PAST_WHAT_IS_CANCELLED ->
          new Commit(
              owner.cancelled.values().stream()
                  .reduce(commit.offset(), (known, cancelled) -> Math.max(known, cancelled + 1)),
              commit.claim(),
              commit.eventsFrom(),
              commit.inForce());
      default -> commit;
    };
  }

  // The owner dies, or is paused and taken for dead; a paused one goes on some time later.
  private void fault() {
    if (faults == FAULTS) {
      return;
    }
    faults++;
    if (random.nextBoolean()) {
      owners.remove(current);
    }
    if (random.nextBoolean()) {
      SimulatedClaim claim = newClaim();
      overtaken.add(claim);
      for (int steps = random.nextInt(5); steps > 0 && !claim.over(); steps--) {
        goOn(claim);
      }
    }
    current = claim();
  }

  private Owner claim() {
    SimulatedClaim mine = newClaim();
    beingClaimed = true; // the former owner's session is over, so it tells nobody of any end
    while (!mine.over()) {
      // Whoever is paused may still write, and whoever was overtaken go on claiming.
      for (int i = random.nextInt(4); i > 0 && !owners.isEmpty(); i--) {
        act(owners.get(random.nextInt(owners.size())));
      }
      if (random.nextBoolean()) {
        wake();
      }
      goOn(mine);
    }
    beingClaimed = false;
    return own(mine);
  }

  private SimulatedClaim newClaim() {
    generation += bug == Bug.CLAIMS_WITHOUT_A_NEW_GENERATION && generation > 0 ? 0 : 1;
    Commit from = committed;
    if (from != null && bug == Bug.FORGETS_THE_COMMITTED_CLAIM) {
      from = new Commit(from.offset(), from.claim(), from.eventsFrom(), null);
    }
    return new SimulatedClaim(log, bug, from, generation);
  }

  private void goOn(SimulatedClaim claim) {
    Commit fence = claim.goOn(generation);
    committed = fence == null ? committed : fence;
  }

  // One that was overtaken in mid-claim takes a step.
  private void wake() {
    if (overtaken.isEmpty()) {
      return;
    }
    SimulatedClaim claim = overtaken.get(random.nextInt(overtaken.size()));
    goOn(claim);
    if (claim.over()) {
      overtaken.remove(claim);
      if (claim.next() instanceof Claiming.Next.Claimed) {
        own(claim);
      }
    }
  }

  private Owner own(SimulatedClaim claim) {
    if (!(claim.next() instanceof Claiming.Next.Claimed claimed)) {
      throw new AssertionError("the rightful member is refused: " + claim.next());
    }
    Owner owner =
        new Owner(
            new Partition(claimed, claim.takeover(), new OneDefinition(definition)),
            claimed.first());
    owners.add(owner);
    return owner;
  }

  private void act(Owner owner) {
    if (owner.todo.isEmpty()) {
      return;
    }
    Effect effect = owner.todo.remove(random.nextInt(owner.todo.size()));
    switch (effect) {
      case Effect.Append append -> append(owner, append);
      case Effect.Perform perform -> perform(owner, perform);
      case Effect.Reject reject -> {
        long offset =
            log.append(
                new SimulatedLog.Entry(
                    owner.partition.claim(),
                    reject.request().offset(),
                    null,
                    reject.request().offset()));
        owner.partition.dealtWith(reject.request().offset(), offset);
      }
      case Effect.Ended ended -> {
        WorkflowState state = ended.outcome().state();
        require(state.terminal(), "ended in " + state);
      }
      case Effect.Halt halt -> throw new AssertionError(halt.reason());
    }
  }

  private void append(Owner owner, Effect.Append append) {
    int luck = random.nextInt(10);
    if (luck == 0) {
      owner.todo.add(append); // it did not arrive, and is sent again
      return;
    }
    Request request = append.request();
    boolean lost = bug == Bug.ACKNOWLEDGES_WHAT_IS_LOST && luck == 2;
    long offset =
        lost
            ? log.end()
            : log.append(
                new SimulatedLog.Entry(
                    owner.partition.claim(), request.offset(), event(append), null));
    if (luck == 1) {
      owner.todo.add(append); // its acknowledgement was lost
    } else {
      owner.take(owner.partition.acknowledged(request.id(), append.sequence(), offset, nowMillis));
      // From its claim on, before it has committed anything else: the claim's fence is a commit
      // too.
      if (append.terminal() && owner == current && !beingClaimed) {
        toldEnded.putIfAbsent(request.id(), event(append).state());
      }
    }
  }

  private static WorkflowEvent event(Effect.Append append) {
    return new WorkflowEvent(
        append.request().id(),
        append.sequence(),
        "ns",
        "any",
        append.definitionVersion(),
        append.definitionHash(),
        append.transitions(),
        append.steps(),
        null,
        0,
        "text/plain",
        0,
        append.request().bodyHash(),
        append.error());
  }

  private void perform(Owner owner, Effect.Perform perform) {
    UUID id = perform.request().id();
    Step step = perform.task().step();
    if (step.remote()) {
      for (Step before : definition.steps()) {
        boolean stoodOn = (definition.remoteBefore(step) & definition.maskOf(before.name())) != 0;
        require(
            !stoodOn || log.tells(id, before.name()),
            step.name() + " is called before the log has " + before.name());
      }
    }
    if (random.nextInt(4) == 0) {
      owner.take(owner.partition.slow(id));
    }
    owner.take(owner.partition.stepEnded(id, outcome(perform), nowMillis));
  }

  // Another one each time, as a worker's would be: so readers that disagree are found out.
  private Signal outcome(Effect.Perform perform) {
    int luck = random.nextInt(10);
    StepRun run =
        new StepRun(
            perform.task().step().name(),
            perform.task().attempt(),
            luck < 7 ? StepOutcome.COMPLETED : StepOutcome.FAILED,
            Instant.ofEpochMilli(nowMillis),
            1,
            null,
            Map.of("token", tokens++, "ok", random.nextBoolean()));
    return luck < 7
        ? new Signal.StepDone(run)
        : new Signal.StepFailed(run, new WorkflowError("odd", "luck", run.name()), luck < 9);
  }

  private boolean settled() {
    return lines.size() == LINES
        && current.next == LINES
        && current.todo.isEmpty()
        && current.partition.commit().offset() == LINES
        && owners.stream().allMatch(owner -> owner.todo.isEmpty());
  }

  private void check() {
    SimulatedLog.Seen seen = log.read(bug != Bug.READERS_IGNORE_CLAIMS);
    Map<UUID, String> asked = new HashMap<>();
    Map<String, List<String>> needs = new HashMap<>();
    definition.steps().forEach(step -> needs.put(step.name(), step.needs()));
    List<Request> requests = requests();
    for (Request request : requests) {
      String first = asked.putIfAbsent(request.id(), request.bodyHash());
      boolean conflict = first != null && !first.equals(request.bodyHash());
      // A repeat of a conflict is told with it.
      boolean told =
          requests.stream()
              .filter(other -> other.id().equals(request.id()))
              .filter(other -> other.bodyHash().equals(request.bodyHash()))
              .anyMatch(
                  other ->
                      seen.rejected().contains(other.offset())
                          || seen.conflicts().contains(other.offset()));
      // Where a conflict ran because the first request was forgotten, the first one's repeat is
      // one.
      require(
          told == conflict || (told && log.requestsOf(request.id()) > 1),
          "conflict: " + conflict + ", told: " + told + " of " + request);
    }
    require(seen.events().keySet().equals(asked.keySet()), "not each workflow is on the log");
    seen.events()
        .forEach(
            (id, events) -> {
              SimulatedLog.checkWhole(events, needs);
              for (WorkflowEvent event : events) {
                require(event.bodyHash().equals(asked.get(id)), "another body's event: " + event);
              }
            });
    toldEnded.forEach(
        (id, state) ->
            require(
                // A repeat that nobody remembers may end otherwise; readers keep the first end.
                log.requestsOf(id) > 1 || seen.stateOf(id) == state,
                "told " + state + " of " + id));
  }

  private Definition anyDefinition() {
    List<Step> steps = new ArrayList<>();
    int count = 2 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      List<String> needs = new ArrayList<>();
      for (int before = 0; before < i; before++) {
        if (random.nextInt(2) == 0) {
          needs.add("s" + before);
        }
      }
      boolean remote = random.nextInt(3) > 0;
      steps.add(
          new Step(
              "s" + i,
              remote ? new Step.Work.Call("any.work") : Step.Work.BuiltIn.HASH,
              needs,
              anyCondition(needs),
              Duration.ofSeconds(1),
              1 + random.nextInt(3),
              random.nextBoolean() ? Step.OnFailure.DEGRADE : Step.OnFailure.FAIL));
    }
    return new Definition("any", 1, "hash", Duration.ofSeconds(2), steps);
  }

  private @Nullable Condition anyCondition(List<String> needs) {
    return switch (random.nextInt(6)) {
      case 0 -> Condition.parse("input.intelligence");
      case 1 -> needs.isEmpty() ? null : Condition.parse("steps." + needs.getFirst() + ".ok");
      default -> null;
    };
  }
}
