package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.benchmark.Benchmark.Measured;
import io.nodebridge.bench.benchmark.Benchmark.Spec;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Stats;
import io.nodebridge.bench.report.Report;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Threshold;
import io.nodebridge.bench.report.Verdict;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.bench.stack.Stacks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.statistics.descriptive.Median;
import org.jspecify.annotations.Nullable;

/// One run: starts the stack when it is first needed, runs benchmarks on it, judges them, and at
/// the end writes the results, whatever happened.
public final class Rig implements AutoCloseable {
  private static final double STEADY = 0.10;

  private final Places places;
  private final Profile profile;
  private final Thresholds thresholds;
  private final String only;
  private final Report report;
  private final List<Results.Benchmark> outcomes = new ArrayList<>();
  private final Set<String> offered = new TreeSet<>();
  private @Nullable Stack stack;
  private @Nullable String provider;
  private boolean warm;

  private Rig(Places places, Profile profile, Thresholds thresholds, String only) {
    this.places = places;
    this.profile = profile;
    this.thresholds = thresholds;
    this.only = only;
    this.report = new Report(places.root(), places.results());
  }

  /// A rig as `-Dbench.*` and `-Dstack` describe it; what the last run left is removed first, so
  /// that its results are not taken for this one's.
  ///
  /// @throws IllegalArgumentException naming the property, its value and the rule
  public static Rig fromSystemProperties() throws IOException, InterruptedException {
    Places places = Places.fromSystemProperties();
    Path file = places.root().resolve("e2e-bench/thresholds.properties");
    Files.deleteIfExists(places.results().resolve(Report.FILE));
    Stacks.requireKnownChoice();
    return new Rig(
        places,
        Profile.fromSystemProperties(),
        Thresholds.load(file),
        System.getProperty("bench.only", "*"));
  }

  Profile profile() {
    return profile;
  }

  /// The running stack, durable; started at the first call.
  public Stack stack() throws IOException, InterruptedException, SQLException {
    Stack running = stack;
    if (running == null) {
      running = Stacks.start(places, Map.of());
      stack = running;
      provider = running.provider();
      running.postgres().requireDurable();
    }
    return running;
  }

  /// The running stack after enough work that its JVMs are compiled.
  Stack warmStack() throws IOException, InterruptedException, SQLException {
    Stack running = stack();
    if (!warm) {
      WarmUp.run(running, profile.warmUpRequests());
      warm = true;
    }
    return running;
  }

  /// A file for what a tool prints, beside the parts' logs.
  String log(String name) {
    return places.log(name).toString();
  }

  /// Whether `-Dbench.only` names this benchmark.
  public boolean selects(Benchmark benchmark) {
    PathMatcher glob = FileSystems.getDefault().getPathMatcher("glob:" + only);
    offered.add(benchmark.spec().name());
    return Stream.concat(Stream.of(benchmark.spec().name()), benchmark.alsoCalled().stream())
        .flatMap(name -> Stream.of(name, "test_" + name))
        .anyMatch(name -> glob.matches(Path.of(name)));
  }

  /// Measures and judges. Over a threshold it is measured again on a fresh boot, and fails only if
  /// it is over twice.
  public Results.Benchmark run(Benchmark benchmark) throws InterruptedException {
    Results.Benchmark outcome = runOnce(benchmark);
    boolean overLimit = outcome.thresholds().stream().anyMatch(t -> t.verdict() == Verdict.FAIL);
    if (overLimit) {
      System.out.printf("%s: over its limit, once more on a fresh boot%n", outcome.name());
      stopStack();
      outcome = runOnce(benchmark);
    }
    outcomes.add(outcome);
    return outcome;
  }

  /// Stops the stack and writes the results.
  ///
  /// @throws IllegalStateException if `-Dbench.only` selected nothing
  @Override
  public void close() throws IOException {
    stopStack();
    if (outcomes.isEmpty() && !only.equals("*")) {
      throw new IllegalStateException(
          "-Dbench.only is \"" + only + "\": must select one of " + offered);
    }
    report.write(provider, profile.word(), outcomes);
  }

  private void stopStack() {
    if (stack != null) {
      stack.close();
      stack = null;
      warm = false;
    }
  }

  private Results.Benchmark runOnce(Benchmark benchmark) throws InterruptedException {
    try {
      return judge(benchmark.spec(), benchmark.measure(this));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      Path trace = places.log(benchmark.spec().name() + ".error.log");
      writeTrace(e, trace);
      Check failed = new Check("measured", "yes", e + "; trace: " + trace, false);
      Measured nothing =
          new Measured(new double[0], 0, 0, List.of(failed), new double[0], List.of(), Map.of());
      return entry(benchmark.spec(), nothing, Verdict.ERROR, null, List.of());
    }
  }

  private static void writeTrace(Exception e, Path file) {
    try (PrintWriter trace = new PrintWriter(Files.newBufferedWriter(file))) {
      e.printStackTrace(trace);
    } catch (IOException unwritten) {
      e.addSuppressed(unwritten);
    }
  }

  private Results.Benchmark judge(Spec spec, Measured measured) {
    List<Check> checks = new ArrayList<>(measured.checks());
    checks.add(Check.atLeast("samples", 1, measured.samplesMs().length));
    Measured checked =
        new Measured(
            measured.samplesMs(),
            measured.iterations(),
            measured.forks(),
            checks,
            measured.floorMs(),
            measured.hops(),
            measured.extra());
    if (!checks.stream().allMatch(Check::ok)) {
      return entry(spec, checked, Verdict.FAIL, null, List.of());
    }
    Stats stats = Stats.of(measured.samplesMs());
    List<Threshold> judged = thresholds.judge(spec.thresholdKey(), stats, measured.extra());
    boolean over = judged.stream().anyMatch(t -> t.verdict() == Verdict.FAIL);
    return entry(spec, checked, over ? Verdict.FAIL : Verdict.PASS, stats, judged);
  }

  // Without statistics nothing that was timed is shown: a wrong result has no latency.
  private Results.Benchmark entry(
      Spec spec,
      Measured measured,
      Verdict verdict,
      @Nullable Stats stats,
      List<Threshold> thresholds) {
    boolean valid = stats != null;
    double[] floor = measured.floorMs();
    double floorMedian = floor.length == 0 ? 0 : Median.withDefaults().evaluate(floor);
    return new Results.Benchmark(
        spec.name(),
        spec.group(),
        spec.category(),
        spec.batch() ? "batch" : "small",
        "mvn -pl e2e-bench verify -Dbench.only=%s -Dbench.profile=%s -Dstack=%s"
            .formatted(spec.name(), profile.word(), provider == null ? "auto" : provider),
        "ms",
        measured.samplesMs().length,
        measured.samplesMs().length,
        measured.iterations(),
        measured.forks(),
        valid && steady(measured.samplesMs()),
        verdict,
        stats,
        stats == null ? null : grade(stats.median(), spec.batch()),
        stats == null || floor.length == 0
            ? null
            : new Results.Floor(floorMedian, stats.median() / floorMedian),
        valid ? measured.hops() : List.of(),
        measured.checks(),
        thresholds,
        List.of(),
        valid ? measured.extra() : Map.of());
  }

  /// A below 1 ms (batches: 100), B below 2 ms (200), C from there on.
  static String grade(double medianMs, boolean batch) {
    double unit = batch ? 100 : 1;
    return medianMs < unit ? "A" : medianMs < 2 * unit ? "B" : "C";
  }

  // The second half of the samples is as fast as the first.
  private static boolean steady(double[] samples) {
    int half = samples.length / 2;
    if (half == 0) {
      return false;
    }
    double first = Median.withDefaults().evaluate(Arrays.copyOfRange(samples, 0, half));
    double second =
        Median.withDefaults().evaluate(Arrays.copyOfRange(samples, half, samples.length));
    return Math.abs(second - first) <= STEADY * first;
  }
}
