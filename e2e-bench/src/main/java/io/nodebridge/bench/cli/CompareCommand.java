package io.nodebridge.bench.cli;

import io.nodebridge.bench.compare.Baseline;
import io.nodebridge.bench.compare.Baselines;
import io.nodebridge.bench.compare.Comparison;
import io.nodebridge.bench.compare.GrowthLimits;
import io.nodebridge.bench.compare.History;
import io.nodebridge.bench.measure.Check;
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
    History history = History.read(storage);
    Comparison comparison = new Comparison(baseline, limits, history);
    Optional<Check> otherPace = comparison.otherPace(run.health());
    if (otherPace.isPresent()) {
      spec.commandLine()
          .getErr()
          .println("bench: BUSY, no limit is held: " + otherPace.get().sentence());
      comparison = new Comparison(baseline, GrowthLimits.of("none"), history);
    }
    List<Results.Benchmark> compared = run.benchmarks().stream().map(comparison::of).toList();
    List<Results.Benchmark> shown = compared.stream().filter(b -> b.compare() != null).toList();
    if (shown.isEmpty()) {
      throw new IllegalArgumentException("no benchmark of the last run passed: nothing to compare");
    }
    if (output.json()) {
      Verdict verdict = otherPace.isPresent() ? Verdict.BUSY : Verdict.PASS;
      output.print(Report.encode(run.with(compared).with(run.verdict().and(verdict))));
    } else {
      System.out.println(baseline.title());
      System.out.print(ComparisonTable.of(shown));
    }
    return shown.stream().anyMatch(b -> b.verdict() == Verdict.FAIL) ? BenchMain.FAILED : 0;
  }
}
