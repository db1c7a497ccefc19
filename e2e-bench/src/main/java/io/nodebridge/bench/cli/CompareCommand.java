package io.nodebridge.bench.cli;

import io.nodebridge.bench.compare.Baseline;
import io.nodebridge.bench.compare.Baselines;
import io.nodebridge.bench.compare.Comparison;
import io.nodebridge.bench.compare.GrowthLimits;
import io.nodebridge.bench.compare.History;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.options.Options;
import io.nodebridge.bench.report.ComparisonTable;
import io.nodebridge.bench.report.Report;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Verdict;
import io.nodebridge.bench.stack.Places;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Holds the last run against a baseline. It fails only by limits that are given with it.
@Command(
    name = "compare",
    description = "Shows the last run beside a baseline: ratios, their intervals, and the noise.",
    footer = {
      "",
      "  ./bench compare                               beside the run that was kept before it",
      "  ./bench compare main --compare-fail=mean:10%%  and exit 99 if a mean grew by more"
    })
final class CompareCommand implements Callable<Integer> {
  private final Places places;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Output output = new Output();

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "a baseline; none: the last run that was kept before this one")
  private @Nullable String name;

  private CompareCommand(Places places) {
    this.places = places;
  }

  static CommandLine commandLine(Places places) {
    return RunOptions.with(
        new CommandLine(new CompareCommand(places)), Option.COMPARE_FAIL, Option.STORAGE);
  }

  @Override
  public Integer call() throws Exception {
    Map<Option, String> given = RunOptions.given(spec.commandLine().getParseResult());
    given.putIfAbsent(Option.COMPARE_FAIL, "none");
    Options options = Options.read(places.root().resolve("e2e-bench/bench.yaml"), given);
    Path storage = places.root().resolve(options.text(Option.STORAGE));
    Baselines baselines = new Baselines(storage, Clock.systemUTC());
    Results run = Report.read(places.results().resolve(Report.FILE));
    Baseline baseline = name == null ? baselines.lastBefore(run) : baselines.load(name);
    baseline.requireSameKind(run.machine(), run.profile(), run.measuring(), run.provider());
    GrowthLimits limits = GrowthLimits.of(options.text(Option.COMPARE_FAIL));
    Comparison comparison = new Comparison(baseline, limits, History.read(storage));
    List<Results.Benchmark> compared = run.benchmarks().stream().map(comparison::of).toList();
    List<Results.Benchmark> shown = compared.stream().filter(b -> b.compare() != null).toList();
    if (shown.isEmpty()) {
      throw new IllegalArgumentException("no benchmark of the last run passed: nothing to compare");
    }
    Optional<String> otherPace = comparison.otherPace(run.health());
    otherPace.ifPresent(why -> spec.commandLine().getErr().println("bench: BUSY: " + why));
    if (output.json()) {
      Results both = run.with(compared);
      output.print(
          Report.encode(
              otherPace.isPresent() ? both.with(both.verdict().and(Verdict.BUSY)) : both));
    } else {
      System.out.println(baseline.title());
      System.out.print(ComparisonTable.of(shown));
    }
    return otherPace.isEmpty() && shown.stream().anyMatch(b -> b.verdict() == Verdict.FAIL)
        ? BenchMain.FAILED
        : 0;
  }
}
