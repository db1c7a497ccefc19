package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Backlog;
import io.nodebridge.bench.load.OpenLoop;
import io.nodebridge.bench.measure.BareCommits;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.measure.EndedOnce;
import io.nodebridge.bench.measure.Hops;
import io.nodebridge.bench.measure.Stats;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Ends of workflows appended to the event log at a rate, from the moment that each is due to the
/// return of its commit. The floor is a loop that polls and inserts the same rows.
public final class ReducerLatency implements Benchmark {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  // At each rate its own: batches of one and of a hundred take different ways.
  private static final int WARM_UP = 8;
  private static final int DUE = 0;
  private static final int POLLED = 1;
  private static final List<String> HOPS = List.of("due → polled", "→ batch begins", "→ committed");

  private final int perSecond;

  private ReducerLatency(int perSecond) {
    this.perSecond = perSecond;
  }

  /// At 100 events a second: hardly two meet in a batch.
  public static ReducerLatency at100PerSecond() {
    return new ReducerLatency(100);
  }

  /// At 1,000 events a second: what arrives while a commit runs is the next batch.
  public static ReducerLatency at1000PerSecond() {
    return new ReducerLatency(1_000);
  }

  @Override
  public Spec spec() {
    String name = "reducer_latency_" + perSecond + "_per_second";
    return new Spec(name, "ReducerPerformance", "reducer", "reducer_latency", false);
  }

  @Override
  public Profile from() {
    return Profile.STANDARD;
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.warmStack();
    int count = perSecond * rig.profile().seconds();
    List<long[]> floor = BareCommits.measure(stack, count, perSecond);
    List<Check> checks = new ArrayList<>();
    measure(stack, WARM_UP * perSecond, checks, "warm-up: ");
    List<long[]> moments = measure(stack, count, checks, "");
    double[] committing = between(moments, POLLED, HOPS.size());
    double[] floorCommitting = between(floor, POLLED, POLLED + 1);
    Map<String, Double> extra =
        moments.isEmpty()
            ? Map.of()
            : Map.of(
                "polledToCommittedP50Ms", Stats.of(committing).median(),
                "floorPolledToCommittedP50Ms", Stats.of(floorCommitting).median(),
                "floorP99Ms", Stats.of(Hops.totals(floor)).p99());
    return new Measured(
        Hops.totals(moments),
        1,
        1,
        checks,
        Hops.totals(floor),
        moments.isEmpty() ? List.of() : Hops.split(HOPS, moments),
        extra);
  }

  private List<long[]> measure(Stack stack, int count, List<Check> checks, String which)
      throws Exception {
    String prefix = Namespaces.fresh("latency");
    Queue<UUID> workflows = new ConcurrentLinkedQueue<>();
    KafkaClients kafka = new KafkaClients(stack.kafka(), Map.of());
    try (CommitFeed feed = CommitFeed.follow(stack.reducer());
        Producer<String, byte[]> producer = kafka.producer("latency")) {
      OpenLoop.run(
          count,
          perSecond,
          (number, due) -> {
            ProducerRecord<String, byte[]> end =
                Backlog.end(Topic.EVENTS.topicName(), Backlog.namespace(prefix, number));
            HopStamps.none().at(due).writeTo(end.headers());
            workflows.add(UUID.fromString(end.key()));
            // One that fails is missing in the feed.
            Future<?> _ = producer.send(end);
          });
      feed.await(workflows, LIMIT);
      List<long[]> moments = new ArrayList<>(count);
      for (UUID workflow : workflows) {
        List<Long> hops = feed.commitOf(workflow).getNow(List.of());
        if (hops.size() == HOPS.size() + 1) {
          moments.add(hops.stream().mapToLong(Long::longValue).toArray());
        }
      }
      moments.sort((a, b) -> Long.compare(a[DUE], b[DUE]));
      checks.add(Check.equal(which + "commits seen with every hop", count, moments.size()));
      checks.add(
          Check.equal(
              which + "events whose hops run backwards",
              0,
              moments.stream().filter(m -> !Hops.inOrder(m)).count()));
      checks.add(Check.equal(which + "gaps in the commit feed", 0, feed.lost()));
      checks.addAll(EndedOnce.compare(stack.postgres(), prefix, count, which));
      return moments;
    }
  }

  private static double[] between(List<long[]> moments, int from, int to) {
    return moments.stream().mapToDouble(m -> (m[to] - m[from]) / 1e6).toArray();
  }
}
