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
import java.util.concurrent.atomic.AtomicLong;

/// 40 rounds of 100 workflows with two remote steps through the running services: none of a round
/// stays on the heap of the orchestrator or the reducer, beyond what both remember on purpose. A
/// sample is a round, from its first call to the moment at which its last commit was seen.
///
/// As many are in flight as when the stack was warmed up: connections and the buffers of Kafka's
/// producers, which are as many as were ever in use at once, are there before the first round. No
/// other benchmark was on its stack: in memories that others filled with smaller workflows, each of
/// its own would take more room than the one that it displaces. So it comes first, and leaves a
/// warm stack to those behind it.
public final class MemoryLeakDetection implements Benchmark {
  private static final int ROUNDS = 40;
  private static final int WORKFLOWS = 100;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  // The outcome of each ended workflow, by its id: 20,000 in each of 8 partitions; the
  // acknowledgement of its end, for the rig; and the connections to both workers, which the warm-up
  // has opened and which are closed when they have not been needed for half a minute.
  private static final List<BoundedMemory> ORCHESTRATOR =
      List.of(
          new BoundedMemory("io.nodebridge.orchestrator.own.Memory$Past", 160_000, 326),
          new BoundedMemory("io.nodebridge.events.message.AckPage$Ack", 1 << 16, 164),
          new BoundedMemory(
              "org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection",
              4 * WarmUp.IN_FLIGHT,
              100_000));
  // The moments of each committed workflow, for the rig.
  private static final List<BoundedMemory> REDUCER =
      List.of(new BoundedMemory("io.nodebridge.events.message.CommitPage$Commit", 1 << 16, 408));

  @Override
  public Spec spec() {
    return new Spec("memory_leak_detection", "MemoryProfiling", "memory", "memory_leak", true);
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
      checks.addAll(results(stack, feed, namespace, ledger, (long) rounds * WORKFLOWS));
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

  // Whether all of it was accepted and seen committed in time.
  private static boolean round(int round, WorkflowClient client, CommitFeed feed)
      throws InterruptedException, ExecutionException {
    AtomicLong numbers = new AtomicLong((long) round * WORKFLOWS);
    long end = numbers.get() + WORKFLOWS;
    List<Future<Boolean>> lines = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int line = 0; line < WarmUp.IN_FLIGHT; line++) {
        lines.add(threads.submit(() -> line(numbers, end, client, feed)));
      }
    }
    boolean all = true;
    for (Future<Boolean> line : lines) {
      all &= line.get();
    }
    return all;
  }

  private static boolean line(AtomicLong numbers, long end, WorkflowClient client, CommitFeed feed)
      throws InterruptedException {
    while (true) {
      long number = numbers.getAndIncrement();
      if (number >= end) {
        return true;
      }
      UUID id = client.post(number, System.nanoTime());
      if (id == null || !feed.await(List.of(id), LIMIT)) {
        return false;
      }
    }
  }
}
