package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.compare.Baselines;
import io.nodebridge.bench.compare.Comparison;
import io.nodebridge.bench.compare.GrowthLimits;
import io.nodebridge.bench.compare.History;
import io.nodebridge.bench.health.Disturbance;
import io.nodebridge.bench.health.Health;
import io.nodebridge.bench.health.HealthWatch;
import io.nodebridge.bench.health.RunPace;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Probe;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.options.Options;
import io.nodebridge.bench.report.Progress;
import io.nodebridge.bench.report.Report;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Surroundings;
import io.nodebridge.bench.report.Verdict;
import io.nodebridge.bench.stack.Addresses;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.bench.stack.Stack.Reach;
import io.nodebridge.bench.stack.Stacks;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One run: starts the stack when it is first needed, runs benchmarks on it, judges and compares
/// them, and at the end writes the results, whatever happened.
public final class Rig implements AutoCloseable {
  private final Places places;
  private final Options options;
  private final Profile profile;
  private final Reach reach;
  private final Selection selection;
  private final Judge judge;
  private final Path storage;
  private final Baselines baselines;
  private final @Nullable Comparison comparison;
  private final Progress progress;
  private final List<Results.Benchmark> outcomes = new ArrayList<>();
  private final Map<String, Double> seconds = new HashMap<>();
  private final RunPace pace;
  private Health health = new Health(Map.of());
  private final @Nullable Stack external;
  private @Nullable Stack stack;
  private @Nullable String provider;
  private boolean warm;
  private @Nullable HealthWatch watch;

  private Rig(
      Places places,
      Options options,
      Reach reach,
      Progress.Factory progress,
      @Nullable Stack external)
      throws IOException {
    this.external = external;
    this.reach = reach;
    this.places = places;
    this.options = options;
    this.profile = Profile.named(options.text(Option.PROFILE));
    this.selection = Selection.of(options.text(Option.ONLY), profile, options.on(Option.SLOW));
    this.judge =
        new Judge(
            Thresholds.load(places.root().resolve("e2e-bench/thresholds.properties")),
            profile.word(),
            options.on(Option.HEALTH),
            options.addresses());
    this.storage = places.root().resolve(options.text(Option.STORAGE));
    this.baselines = new Baselines(storage, Clock.systemUTC());
    History history = History.read(storage);
    this.pace = new RunPace(history.bestPace(Surroundings.machine()));
    this.comparison = comparison(history);
    this.progress =
        progress.following(selection.names(), name -> history.seconds(name, profile.word()));
  }

  /// A rig for what is given by option, and for the rest by `bench.yaml`; what the last run left is
  /// removed first, so that its results are not taken for this one's. All that can be refused is
  /// refused here, before anything is measured.
  ///
  /// @throws IllegalArgumentException naming the option, its value and the rule; or the baseline
  ///   and why nothing can be compared with it
  public static Rig open(Places places, Map<Option, String> given, Progress.Factory progress)
      throws IOException, InterruptedException {
    Files.deleteIfExists(places.results().resolve(Report.FILE));
    Options options = Options.read(places.root().resolve("e2e-bench/bench.yaml"), given);
    Stacks.requireHere(options.text(Option.STACK));
    Reach reach = Reach.of(Stacks.chosen(options.text(Option.STACK)));
    Stack external = options.text(Option.STACK).equals("external") ? external(options) : null;
    return new Rig(places, options, reach, progress, external);
  }

  private static Stack external(Options options) throws IOException, InterruptedException {
    Stack stack =
        Stacks.external(
            new Addresses(
                URI.create(options.text(Option.ORCHESTRATOR_URL)),
                URI.create(options.text(Option.REDUCER_URL)),
                URI.create(options.text(Option.REGISTRY_URL)),
                options.text(Option.KAFKA)));
    Probe.requireMeasurable(stack, Namespaces.fresh("probe"));
    return stack;
  }

  private @Nullable Comparison comparison(History history) throws IOException {
    String name = options.text(Option.COMPARE);
    if (name.isEmpty()) {
      return null;
    }
    Comparison with =
        new Comparison(
            name.equals("true") ? baselines.last() : baselines.load(name),
            GrowthLimits.of(options.text(Option.COMPARE_FAIL)),
            history);
    String choice = options.text(Option.STACK);
    with.baseline()
        .requireSameKind(
            Surroundings.machine(),
            profile.word(),
            options.measuring(),
            choice.equals("auto") ? null : choice);
    return with;
  }

  /// How this run was asked for.
  public Options options() {
    return options;
  }

  public Selection selection() {
    return selection;
  }

  Profile profile() {
    return profile;
  }

  /// Rounds of a benchmark that is timed in rounds.
  int rounds() {
    return atLeastMinRounds(options.count(Option.ROUNDS) * profile.roundsFactor());
  }

  /// Rounds of a benchmark that has a number of its own.
  int atLeastMinRounds(int own) {
    return Math.max(options.count(Option.MIN_ROUNDS), own);
  }

  /// The running stack, durable; started at the first call.
  public Stack stack() throws IOException, InterruptedException, SQLException {
    Stack running = stack;
    if (running == null) {
      running =
          external != null
              ? external
              : Stacks.start(places, options.text(Option.STACK), Map.of(), progress::say);
      stack = running;
      provider = running.provider();
      running.postgres().requireDurable();
      if (comparison != null) {
        comparison
            .baseline()
            .requireSameKind(Surroundings.machine(), profile.word(), options.measuring(), provider);
      }
    }
    return running;
  }

  /// A stack that no benchmark has used before, warm whatever the options say.
  Stack freshStack() throws IOException, InterruptedException, SQLException {
    stopStack();
    return warmUp(stack());
  }

  /// The running stack after enough work that its JVMs are compiled.
  Stack warmStack() throws IOException, InterruptedException, SQLException {
    return warm || !options.on(Option.WARMUP) ? stack() : warmUp(stack());
  }

  private Stack warmUp(Stack running) throws IOException, InterruptedException {
    progress.say("stack: " + WarmUp.run(running, profile.warmUp()).sentence());
    warm = true;
    // A boot and a warm-up are no part of what is measured.
    watch();
    return running;
  }

  /// Where the build and the results are.
  Places places() {
    return places;
  }

  /// A file for what a tool prints, beside the parts' logs.
  String log(String name) {
    return places.log(name).toString();
  }

  /// Why this run leaves a benchmark out; null if it does not.
  public @Nullable String leftOut(Benchmark benchmark) {
    if (!selection.includes(benchmark)) {
      return "left out by \"" + selection.glob() + "\", the profile or -Dbench.slow=false";
    }
    if (benchmark.needs().compareTo(reach) > 0) {
      return "left out: "
          + switch (benchmark.needs()) {
            case ADDRESSES -> throw new IllegalStateException("every stack has them");
            case PARTS -> "it holds parts still or counts what they use; -Dstack=auto starts such";
            case PROCESSES -> "it looks into processes, which -Dstack=embedded has";
          };
    }
    int most = options.count(Option.MAXFAIL);
    long failed = outcomes.stream().filter(o -> o.verdict().fails()).count();
    return most > 0 && failed >= most ? "left out after " + failed + " failed" : null;
  }

  /// Measures, judges and compares. Over a threshold it is measured again on a fresh boot: over
  /// twice is FAIL, over once is UNSURE.
  public Results.Benchmark run(Benchmark benchmark) throws InterruptedException {
    String name = benchmark.spec().name();
    progress.begin(name);
    long begin = System.nanoTime();
    Results.Benchmark outcome = runOnce(benchmark);
    if (outcome.thresholds().stream().anyMatch(t -> t.verdict() == Verdict.FAIL)) {
      progress.say(
          name + ": over its limit, once more" + (external == null ? " on a fresh boot" : ""));
      stopStack();
      Results.Benchmark second = runOnce(benchmark);
      outcome = second.verdict() == Verdict.PASS ? Judge.straddling(outcome, second) : second;
    }
    if (comparison != null) {
      outcome = comparison.of(outcome, options.on(Option.HEALTH) ? pace.figures() : Map.of());
    }
    outcomes.add(outcome);
    seconds.put(name, (System.nanoTime() - begin) / 1e9);
    progress.end(outcome, (System.nanoTime() - begin) / 1e9);
    return outcome;
  }

  /// Stops the stack, writes the results and remembers them.
  ///
  /// @throws IllegalArgumentException if nothing of what was selected has run
  public Results finish() throws IOException {
    stopStack();
    progress.close();
    if (outcomes.isEmpty() && !selection.glob().equals("*")) {
      throw new IllegalArgumentException(
          "\""
              + selection.glob()
              + "\": none of the benchmarks that it names was among these tests, or can be run on"
              + " this stack");
    }
    Health slowdown = pace.health();
    List<Results.Benchmark> judged = outcomes.stream().map(o -> judge.inRun(o, slowdown)).toList();
    Map<String, Double> figures = new HashMap<>(pace.figures());
    figures.putAll(health.and(slowdown).figures());
    Report report = new Report(places.root(), places.results(), options);
    Results results = report.results(provider, profile.word(), figures, judged);
    report.write(results);
    History.append(storage, Clock.systemUTC().instant(), results, pace.best(), seconds);
    boolean passed = judged.stream().anyMatch(outcome -> outcome.verdict() == Verdict.PASS);
    if (options.on(Option.AUTOSAVE) && passed) {
      baselines.keep(results);
    }
    if (!options.text(Option.SAVE).isEmpty()) {
      save(options.text(Option.SAVE), results, passed);
    }
    return results;
  }

  private void save(String name, Results results, boolean passed) throws IOException {
    if (passed) {
      baselines.save(name, results);
    } else {
      progress.say("baseline \"" + name + "\" was not saved: no benchmark of the run passed");
    }
  }

  @Override
  public void close() {
    stopStack();
    progress.close();
  }

  private void stopStack() {
    if (stack != null && external == null) {
      stack.close();
      stack = null;
      warm = false;
    }
  }

  private Results.Benchmark runOnce(Benchmark benchmark) throws InterruptedException {
    try {
      watch();
      Benchmark.Measured measured = benchmark.measure(this);
      Health around = Objects.requireNonNull(watch).end(processes());
      if (external != null) {
        around = around.without(Disturbance.OTHERS); // whose processes ours cannot be told from
      }
      health = health.and(around);
      return judge.judge(benchmark.spec(), measured, around.and(pace.health()), provider);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      Path trace = places.log(benchmark.spec().name() + ".error.log");
      writeTrace(e, trace);
      Check failed = new Check("measured", "yes", e + "; trace: " + trace, false);
      return judge.error(benchmark.spec(), failed, provider);
    } finally {
      stopWatching();
    }
  }

  private void watch() throws InterruptedException {
    stopWatching();
    watch = HealthWatch.begin(processes(), pace::look);
  }

  private void stopWatching() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  private Collection<ProcessHandle> processes() {
    return stack == null ? List.of() : stack.processes();
  }

  private static void writeTrace(Exception e, Path file) {
    try (PrintWriter trace = new PrintWriter(Files.newBufferedWriter(file))) {
      e.printStackTrace(trace);
    } catch (IOException unwritten) {
      e.addSuppressed(unwritten);
    }
  }
}
