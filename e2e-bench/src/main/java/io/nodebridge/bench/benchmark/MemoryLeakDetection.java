package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.measure.BothWorkers;
import io.nodebridge.bench.measure.BoundedMemory;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.measure.Heap;
import io.nodebridge.bench.measure.HeapRounds;
import io.nodebridge.bench.measure.LiveObjects;
import io.nodebridge.bench.measure.Series;
import io.nodebridge.bench.measure.Truth;
import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.bench.stack.Stack.Reach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// 40 rounds of 100 workflows with two remote steps through the running services: none of a round
/// stays on the heap of the orchestrator or the reducer, beyond what both remember on purpose. A
/// sample is a round, from its first call to the moment at which its last commit was seen.
///
/// Ten are in flight at a time: if all were, the connections that are open at once, with their
/// buffers, would become more for many rounds. It has a stack of its own: in memories that other
/// benchmarks filled with smaller workflows, each of its own would take more room than the one that
/// it displaces.
public final class MemoryLeakDetection implements Benchmark {
  private static final int ROUNDS = 40;
  private static final int IN_FLIGHT = 10;
  private static final int EACH = 10;
  private static final int WORKFLOWS = IN_FLIGHT * EACH;
  private static final int AT_ONCE = 200;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final String CONNECTION =
      "org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection";
  private static final Duration IDLE = Duration.ofSeconds(70);
  private static final Duration LOOK = Duration.ofSeconds(1);

  // The outcome of each ended workflow, by its id: 20,000 in each of 8 partitions; and the
  // acknowledgement of its end, for the rig.
  private static final List<BoundedMemory> ORCHESTRATOR =
      List.of(
          new BoundedMemory("io.nodebridge.orchestrator.own.Memory$Past", 160_000, 326),
          new BoundedMemory("io.nodebridge.events.message.AckPage$Ack", 1 << 16, 164));
  // The moments of each committed workflow, for the rig.
  private static final List<BoundedMemory> REDUCER =
      List.of(new BoundedMemory("io.nodebridge.events.message.CommitPage$Commit", 1 << 16, 380));

  @Override
  public Spec spec() {
    return new Spec("memory_leak_detection", "MemoryProfiling", "memory", "memory_leak", true);
  }

  @Override
  public Profile from() {
    return Profile.STANDARD;
  }

  @Override
  public boolean slow() {
    return true;
  }

  @Override
  public Reach needs() {
    return Reach.PROCESSES;
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    if (!(rig.freshStack() instanceof BreakableStack stack)) {
      throw new IllegalStateException("heaps are read of processes: -Dstack=embedded");
    }
    int rounds = rig.atLeastMinRounds(ROUNDS);
    String namespace = Namespaces.fresh("leak");
    Ledger ledger = new Ledger();
    double[] samples = new double[rounds];
    int done = 0;
    List<Check> checks = new ArrayList<>();
    List<Series> series = new ArrayList<>();
    Map<String, Double> extra = new HashMap<>();
    try (CommitFeed feed = CommitFeed.follow(stack.reducer());
        WorkflowClient client =
            new WorkflowClient(
                stack.orchestrator(), Contents.stampingWithInsight(namespace), ledger);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Heap orchestrator = Heap.of(stack.process("orchestrator"));
      Heap reducer = Heap.of(stack.process("reducer"));
      long filled = fillPools((long) rounds * WORKFLOWS, client, feed);
      checks.add(Check.equal("workflows at once seen committed", AT_ONCE, filled));
      awaitIdleConnectionsClosed(orchestrator);
      HeapRounds ofOrchestrator = new HeapRounds(orchestrator.live(), rounds, ORCHESTRATOR);
      HeapRounds ofReducer = new HeapRounds(reducer.live(), rounds, REDUCER);
      while (done < rounds) {
        long begin = System.nanoTime();
        if (!round(done, client, feed)) {
          break; // the checks report it
        }
        samples[done++] = (System.nanoTime() - begin) / 1e6;
        Future<LiveObjects> look = threads.submit(orchestrator::live);
        ofReducer.add(reducer.live());
        ofOrchestrator.add(look.get());
      }
      checks.add(Check.equal("rounds seen committed", rounds, done));
      checks.addAll(results(stack, feed, namespace, ledger, (long) rounds * WORKFLOWS + AT_ONCE));
      if (done == rounds) {
        series.add(ofOrchestrator.series("orchestrator"));
        series.add(ofReducer.series("reducer"));
        judge("orchestrator", ofOrchestrator, rig, checks, extra);
        judge("reducer", ofReducer, rig, checks, extra);
      }
    }
    return new Measured(
        Arrays.copyOf(samples, done), 1, 1, checks, new double[0], List.of(), series, extra);
  }

  private static List<Check> results(
      Stack stack, CommitFeed feed, String namespace, Ledger ledger, long workflows)
      throws SQLException {
    List<Check> checks = new ArrayList<>();
    checks.add(Check.equal("requests accepted", workflows, ledger.accepted().size()));
    checks.addAll(Truth.compare(stack.postgres(), namespace, ledger));
    checks.add(BothWorkers.askedOnceEach(stack.postgres(), namespace, workflows));
    checks.add(Check.equal("gaps in the commit feed", 0, feed.lost()));
    checks.add(Check.equal("told as committed more than once", 0, feed.doubled()));
    return checks;
  }

  private static void judge(
      String service, HeapRounds rounds, Rig rig, List<Check> checks, Map<String, Double> extra)
      throws IOException {
    Check flat = rounds.flat("heap of the " + service, HeapRounds.LEAK_MB);
    checks.add(flat);
    checks.addAll(rounds.bounds());
    rounds.statistics().forEach((name, figure) -> extra.put(service + "_" + name, figure));
    Path grown = Path.of(rig.log("memory_leak_detection." + service + ".log"));
    if (flat.ok()) {
      Files.deleteIfExists(grown);
    } else {
      Files.write(grown, rounds.grown());
    }
  }

  // Kafka's producers keep a buffer for each batch that was ever on its way at the same time: more
  // at once than a round can have, so that no round adds one.
  private static long fillPools(long first, WorkflowClient client, CommitFeed feed)
      throws InterruptedException, ExecutionException {
    List<Future<Boolean>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (long number = first; number < first + AT_ONCE; number++) {
        long one = number;
        all.add(threads.submit(() -> line(one, one + 1, client, feed)));
      }
    }
    long seen = 0;
    for (Future<Boolean> one : all) {
      seen += one.get() ? 1 : 0;
    }
    return seen;
  }

  // An idle connection keeps the buffers of its last answer until it is closed, half a minute to a
  // minute later. Closed in a round, it would hide what else has grown.
  private static void awaitIdleConnectionsClosed(Heap orchestrator)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + IDLE.toNanos();
    long open = connections(orchestrator);
    if (open == 0) {
      throw new IllegalStateException("nothing on the orchestrator's heap is a " + CONNECTION);
    }
    while (open > 2 * IN_FLIGHT) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "the orchestrator keeps %d connections open after %d s of rest"
                .formatted(open, IDLE.toSeconds()));
      }
      Thread.sleep(LOOK);
      open = connections(orchestrator);
    }
  }

  private static long connections(Heap orchestrator) throws IOException, InterruptedException {
    return orchestrator.live().ofClass(CONNECTION).instances();
  }

  // Whether all of it was accepted and seen committed in time.
  private static boolean round(int round, WorkflowClient client, CommitFeed feed)
      throws InterruptedException, ExecutionException {
    List<Future<Boolean>> lines = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int line = 0; line < IN_FLIGHT; line++) {
        long first = (long) round * WORKFLOWS + (long) line * EACH;
        lines.add(threads.submit(() -> line(first, first + EACH, client, feed)));
      }
    }
    boolean all = true;
    for (Future<Boolean> line : lines) {
      all &= line.get();
    }
    return all;
  }

  private static boolean line(long first, long end, WorkflowClient client, CommitFeed feed)
      throws InterruptedException {
    for (long number = first; number < end; number++) {
      UUID id = client.post(number, System.nanoTime());
      if (id == null || !feed.await(List.of(id), LIMIT)) {
        return false;
      }
    }
    return true;
  }
}
