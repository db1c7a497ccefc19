package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.LogClient;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.measure.HeapLow;
import io.nodebridge.bench.measure.SoakRounds;
import io.nodebridge.bench.measure.Truth;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.kafka.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// 1,000,000 workflows (`-Dbench.soak.workflows` for another number), 1,000 in flight, through the
/// running orchestrator: its memory at the end is what it was when its memory of ended workflows
/// was full, and each is counted once.
public final class OrchestratorSoak implements Benchmark {
  private static final int WORKFLOWS = 1_000_000;
  private static final int IN_FLIGHT = 1_000;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Override
  public Spec spec() {
    return new Spec(
        "orchestrator_soak", "OrchestratorPerformance", "orchestrator", "orchestrator_soak", true);
  }

  @Override
  public Profile from() {
    return Profile.SOAK;
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.warmStack();
    int perRound = rig.options().count(Option.SOAK_WORKFLOWS, WORKFLOWS) / SoakRounds.COUNT;
    List<Check> checks = new ArrayList<>();
    SoakRounds rounds = new SoakRounds();
    for (int round = 0; round < SoakRounds.COUNT; round++) {
      String namespace = Namespaces.fresh("soak");
      Ledger ledger = new Ledger();
      try (HeapLow low = HeapLow.watch(stack.orchestrator())) {
        long begin = System.nanoTime();
        checks.add(Check.equal("not seen in time", 0, run(stack, namespace, ledger, perRound)));
        rounds.add(round, begin, low);
      }
      checks.add(Check.equal("accepted", perRound, ledger.accepted().size()));
      checks.addAll(Truth.compare(stack.postgres(), namespace, ledger));
    }
    checks.add(rounds.flatFrom(1, "lowest heap, second quarter to last"));
    return new Measured(
        rounds.millis(),
        1,
        1,
        checks,
        new double[0],
        List.of(),
        Map.of(
            "workflowsPerSecond", rounds.perSecond(perRound),
            "heapSecondQuarterMiB", rounds.heapMiB(1),
            "heapLastMiB", rounds.heapMiB(3)));
  }

  // Gives how many were not seen committed in time.
  private static int run(Stack stack, String namespace, Ledger ledger, int count) throws Exception {
    Semaphore free = new Semaphore(IN_FLIGHT);
    try (CommitFeed feed = CommitFeed.follow(stack.reducer());
        LogClient log =
            new LogClient(
                stack.kafka(), Topic.REQUESTS.topicName(), Contents.local(namespace), ledger)) {
      for (int number = 0; number < count; number++) {
        if (!free.tryAcquire(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          return count - number;
        }
        var _ = feed.commitOf(log.send(number, System.nanoTime())).thenRun(free::release);
      }
      return free.tryAcquire(IN_FLIGHT, LIMIT.toSeconds(), TimeUnit.SECONDS)
          ? 0
          : IN_FLIGHT - free.availablePermits();
    }
  }
}
