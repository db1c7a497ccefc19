package io.nodebridge.bench.cli;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.OpenLoop;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.report.Figures;
import io.nodebridge.events.message.WorkflowState;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A steady load on a stack that runs already. A request counts from the moment at which it was
/// due, so that a stack that stalls cannot hide it.
@Command(
    name = "load",
    sortOptions = false,
    description = {
      "Sends workflows at a rate to a running stack, and tells each second how long their ends"
          + " took.",
      "It counts from the moment at which a request was due to the answer with its outcome."
    },
    footer = {
      "",
      "  ./bench load --rate=100 --seconds=30",
      "  ./bench load --rate=500 --seconds=600 --url=http://10.0.0.7:8080 --definition=local"
    })
final class LoadCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(9);
  private static final int DIGITS = 3;
  private static final int MOST = 1_000_000_000;
  private static final double NANOS_A_MILLI = 1e6;
  private static final double MILLIS_A_SECOND = 1e3;
  private static final String COMPLETED = WorkflowState.COMPLETED.name();
  private static final String NOT_ENDED = "not ended after " + PATIENCE.toSeconds() + " s";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--rate", required = true, description = "workflows a second")
  private double rate;

  @Option(names = "--seconds", required = true, description = "how long")
  private int seconds;

  @Option(names = "--url", description = "the orchestrator (${DEFAULT-VALUE})")
  private URI url = URI.create("http://127.0.0.1:8080");

  @Option(
      names = "--definition",
      description = "stamping (two remote steps) or local (none); ${DEFAULT-VALUE}")
  private String definition = "stamping";

  @Option(names = "--namespace", description = "of the workflows; ${DEFAULT-VALUE}")
  private String namespace = "load";

  private final Recorder latency = new Recorder(DIGITS);
  private final Histogram all = new Histogram(DIGITS);
  private final Map<String, LongAdder> errors = new ConcurrentSkipListMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final LongAdder completed = new LongAdder();
  private final LongAdder heldUp = new LongAdder();

  @Override
  public Integer call() {
    requireSense();
    int count = (int) Math.round(rate * seconds);
    Contents contents = new Contents(definition, namespace, definition.equals("stamping"));
    Thread atExit = new Thread(this::sum, "load-summary");
    Runtime.getRuntime().addShutdownHook(atExit);
    try (WorkflowClient client = new WorkflowClient(url, contents, new Ledger());
        ScheduledExecutorService telling = Executors.newSingleThreadScheduledExecutor()) {
      long begin = System.nanoTime();
      ScheduledFuture<?> _ = telling.scheduleAtFixedRate(() -> tell(begin), 1, 1, TimeUnit.SECONDS);
      OpenLoop.run(count, rate, (number, due) -> send(client, number, due));
      telling.shutdownNow();
    }
    Runtime.getRuntime().removeShutdownHook(atExit);
    sum();
    return errors.isEmpty() ? ExitCode.OK : BenchMain.FAILED;
  }

  // What has not ended counts with the time that it was waited for, or a stall would leave no
  // trace.
  private void send(WorkflowClient client, long number, long dueNanos) {
    if (inFlight.incrementAndGet() > WorkflowClient.MAX_CONNECTIONS) {
      heldUp.increment();
    }
    String end = client.ended(number, PATIENCE);
    inFlight.decrementAndGet();
    boolean waited = end.equals("status 202");
    if (waited || end.equals(COMPLETED)) {
      latency.recordValue(Math.max(0, System.nanoTime() - dueNanos));
    }
    if (end.equals(COMPLETED)) {
      completed.increment();
    } else {
      errors.computeIfAbsent(waited ? NOT_ENDED : end, _ -> new LongAdder()).increment();
    }
  }

  // What was answered since the last line.
  private synchronized void tell(long beginNanos) {
    Histogram since = take();
    double took = (since.getEndTimeStamp() - since.getStartTimeStamp()) / MILLIS_A_SECOND;
    System.out.printf(
        Locale.ROOT,
        "%4.0f s  %s/s  p50 %s  p99 %s  %s%n",
        (System.nanoTime() - beginNanos) / 1e9,
        Figures.three(since.getTotalCount() / took),
        at(since, 50),
        at(since, 99),
        problems());
  }

  private synchronized void sum() {
    take();
    System.out.printf(
        Locale.ROOT,
        "%,d sent, %,d completed, p50 %s, p95 %s, p99 %s, max %s; %s%n",
        completed.sum() + errors.values().stream().mapToLong(LongAdder::sum).sum(),
        completed.sum(),
        at(all, 50),
        at(all, 95),
        at(all, 99),
        at(all, 100),
        problems());
  }

  private Histogram take() {
    Histogram since = latency.getIntervalHistogram();
    all.add(since);
    return since;
  }

  private static String at(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0
        ? "–"
        : Figures.duration(histogram.getValueAtPercentile(percentile) / NANOS_A_MILLI);
  }

  private String problems() {
    String held =
        heldUp.sum() == 0
            ? ""
            : "; "
                + heldUp
                + " were held up by this program's "
                + WorkflowClient.MAX_CONNECTIONS
                + " connections";
    return (errors.isEmpty()
            ? "no errors"
            : errors.entrySet().stream()
                .map(error -> error.getValue() + " × " + error.getKey())
                .collect(Collectors.joining(", ")))
        + held;
  }

  private void requireSense() {
    require(rate > 0, "--rate", rate, "must be above 0, such as 100");
    require(seconds > 0, "--seconds", seconds, "must be above 0, such as 30");
    double count = rate * seconds;
    require(
        count >= 1 && count <= MOST,
        "--rate times --seconds",
        Figures.plain(count),
        "must be 1 to " + MOST + " workflows");
    require(
        url.getHost() != null && List.of("http", "https").contains(url.getScheme()),
        "--url",
        url,
        "must be as http://127.0.0.1:8080");
  }

  private void require(boolean kept, String option, Object value, String rule) {
    if (!kept) {
      throw new ParameterException(
          spec.commandLine(), "%s is \"%s\": %s".formatted(option, value, rule));
    }
  }
}
