package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.bare.BarePipeline;
import io.nodebridge.bench.load.ClosedLoop;
import io.nodebridge.bench.load.ClosedLoop.Slice;
import io.nodebridge.bench.load.ClosedLoop.Work;
import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.LogClient;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.measure.CpuTime;
import io.nodebridge.bench.measure.Truth;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.bench.stack.Stack.Reach;
import io.nodebridge.events.kafka.Topic;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.commons.statistics.descriptive.Median;

/// Workflows of the definition `local`, as many in flight as told, each from the call to the moment
/// at which the driver sees it committed. The floor is the bare pipeline, driven the same way in
/// slices that take turns with ours, so that a machine that slows down slows both.
public final class LocalWorkflowThroughput implements Benchmark {
  private static final String NAME = "local_workflow_throughput";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /// How a workflow gets into the system.
  private enum Way {
    HTTP,
    KAFKA
  }

  private final Way way;
  private final int inFlight;
  private final boolean flushed;

  private LocalWorkflowThroughput(Way way, int inFlight, boolean flushed) {
    this.way = way;
    this.inFlight = inFlight;
    this.flushed = flushed;
  }

  /// The cell that is published.
  public static LocalWorkflowThroughput overHttp64() {
    return new LocalWorkflowThroughput(Way.HTTP, 64, false);
  }

  /// The other ways and numbers in flight, and all of them with each record flushed to disk.
  public static List<LocalWorkflowThroughput> otherCells() {
    List<LocalWorkflowThroughput> cells = new ArrayList<>();
    for (boolean flushed : new boolean[] {false, true}) {
      for (Way way : Way.values()) {
        for (int inFlight : new int[] {1, 16, 64, 256}) {
          LocalWorkflowThroughput cell = new LocalWorkflowThroughput(way, inFlight, flushed);
          if (!cell.published()) {
            cells.add(cell);
          }
        }
      }
    }
    return cells;
  }

  private boolean published() {
    return way == Way.HTTP && inFlight == 64 && !flushed;
  }

  @Override
  public Spec spec() {
    return new Spec(
        published() ? NAME : cell(),
        "OrchestratorPerformance",
        "orchestrator",
        "local_workflow",
        false);
  }

  @Override
  public List<String> alsoCalled() {
    return List.of(cell());
  }

  private String cell() {
    String cell = NAME + "_" + way.name().toLowerCase(Locale.ROOT) + "_" + inFlight;
    return flushed ? cell + "_flushed" : cell;
  }

  @Override
  public Profile from() {
    return published() ? Profile.STANDARD : Profile.FULL;
  }

  @Override
  public Reach needs() {
    return Reach.PARTS;
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    Stack stack = rig.warmStack();
    Profile.Slices plan = rig.profile().slices();
    try (BarePipeline bare = BarePipeline.start(stack, rig.places());
        Flush _ = flushed ? Flush.on(stack, logs(bare)) : null;
        Driver ours =
            new Driver(stack.orchestrator(), stack.reducer(), stack, Topic.REQUESTS.topicName());
        Driver floor = new Driver(bare.frontUrl(), bare.sinkUrl(), stack, bare.requestTopic())) {
      List<ProcessHandle> processes = new ArrayList<>(stack.processes());
      processes.addAll(bare.processes());
      processes.add(ProcessHandle.current());
      ours.run(plan.warmUp());
      floor.run(plan.warmUp());
      List<Timed> oursTimed = new ArrayList<>();
      List<Timed> floorTimed = new ArrayList<>();
      for (int round = 0; round < rig.atLeastMinRounds(plan.rounds()); round++) {
        oursTimed.add(Timed.of(ours, plan.each(), processes));
        floorTimed.add(Timed.of(floor, plan.each(), processes));
      }
      List<Check> checks = new ArrayList<>();
      checks.addAll(ours.checks(""));
      checks.addAll(floor.checks("floor: "));
      checks.addAll(Truth.compare(stack.postgres(), ours.namespace, ours.ledger));
      double perSecond = median(oursTimed, timed -> timed.slice().perSecond());
      double floorPerSecond = median(floorTimed, timed -> timed.slice().perSecond());
      return new Measured(
          samples(oursTimed),
          1,
          1,
          checks,
          samples(floorTimed),
          List.of(),
          Map.of(
              "workflowsPerSecond",
              perSecond,
              "floorPerSecond",
              floorPerSecond,
              "shareOfFloor",
              perSecond / floorPerSecond,
              "cpuMsEach",
              median(oursTimed, Timed::cpuMsEach),
              "floorCpuMsEach",
              median(floorTimed, Timed::cpuMsEach)));
    }
  }

  private static List<String> logs(BarePipeline bare) {
    return Stream.concat(
            Stream.of(Topic.REQUESTS.topicName(), Topic.EVENTS.topicName()), bare.topics().stream())
        .toList();
  }

  private static double median(List<Timed> slices, ToDoubleFunction<Timed> figure) {
    return Median.withDefaults().evaluate(slices.stream().mapToDouble(figure).toArray());
  }

  private static double[] samples(List<Timed> slices) {
    return slices.stream()
        .flatMapToDouble(timed -> Arrays.stream(timed.slice().millis()))
        .toArray();
  }

  /// A slice and what all processes used of the processors for each of its workflows.
  private record Timed(Slice slice, double cpuMsEach) {
    static Timed of(Driver driver, Duration time, List<ProcessHandle> processes)
        throws InterruptedException {
      double before = CpuTime.millis(processes);
      Slice slice = driver.run(time);
      return new Timed(slice, (CpuTime.millis(processes) - before) / slice.begun());
    }
  }

  /// Drives one of the two, and knows what must have come of it.
  private final class Driver implements AutoCloseable {
    private final String namespace = Namespaces.fresh("local");
    private final Ledger ledger = new Ledger();
    private final AtomicLong numbers = new AtomicLong();
    private final CommitFeed feed;
    private final WorkflowClient http;
    private final LogClient log;
    private long begun;
    private long failed;

    Driver(URI front, URI sink, Stack stack, String topic) throws Exception {
      Contents contents = Contents.local(namespace);
      this.feed = CommitFeed.follow(sink);
      this.http = new WorkflowClient(front, contents, ledger);
      this.log = new LogClient(stack.kafka(), topic, contents, ledger);
    }

    Slice run(Duration time) throws InterruptedException {
      Work work =
          switch (way) {
            case HTTP -> this::post;
            case KAFKA -> this::send;
          };
      Slice slice = ClosedLoop.run(inFlight, time, numbers, work);
      begun += slice.begun();
      failed += slice.failed();
      return slice;
    }

    private boolean post(long number, long begunNanos) throws InterruptedException {
      UUID id = http.post(number, begunNanos);
      return id != null && feed.await(List.of(id), LIMIT);
    }

    private boolean send(long number, long begunNanos) throws InterruptedException {
      return feed.await(List.of(log.send(number, begunNanos)), LIMIT);
    }

    List<Check> checks(String which) {
      log.close(); // every acknowledgement has been told then
      return List.of(
          Check.equal(which + "workflows accepted", begun, ledger.accepted().size()),
          Check.equal(which + "refused, or not seen committed in time", 0, failed),
          Check.equal(which + "gaps in the commit feed", 0, feed.lost()),
          Check.equal(which + "told as committed more than once", 0, feed.doubled()));
    }

    @Override
    public void close() {
      log.close();
      http.close();
      feed.close();
    }
  }
}
