package io.nodebridge.bench.cli;

import io.nodebridge.bench.benchmark.Benchmark;
import io.nodebridge.bench.benchmark.Rig;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.report.Layout;
import io.nodebridge.bench.report.Progress;
import io.nodebridge.bench.report.Report;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Table;
import io.nodebridge.bench.stack.Places;
import java.io.Console;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Runs the objects that `mvn -pl e2e-bench verify` runs.
@Command(
    name = "run",
    sortOptions = false,
    description = {
      "Measures, checks and judges, on a stack that it starts and stops.",
      "Defaults are in e2e-bench/bench.yaml, what each option means in docs/benchmarks.md."
    },
    footer = {
      "",
      "  ./bench run                                   all of profile quick",
      "  ./bench run 'fsm*' 'test_single*'             some",
      "  ./bench run reducer --profile=standard        a category",
      "  ./bench run --stack=external                  what already runs, such as ./bench up",
      "  ./bench run --save=main                       and keep the figures as baseline main",
      "  ./bench run --compare=main --compare-fail=mean:10%%,min:10%%,max:10%%"
    })
final class RunCommand implements Callable<Integer> {
  private final Places places;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Output output = new Output();

  @Parameters(
      paramLabel = "GLOB",
      description = "names, with or without test_, groups or categories; none: all")
  private List<String> globs = List.of();

  private RunCommand(Places places) {
    this.places = places;
  }

  static CommandLine commandLine(Places places) {
    return RunOptions.with(new CommandLine(new RunCommand(places)), Option.values());
  }

  @Override
  public Integer call() throws Exception {
    Map<Option, String> given = RunOptions.given(spec.commandLine().getParseResult());
    if (!globs.isEmpty()) {
      given.put(
          Option.ONLY, globs.size() == 1 ? globs.getFirst() : "{" + String.join(",", globs) + "}");
    }
    Progress.Factory progress = Progress.counted(System.err, inTerminal());
    try (Rig rig = Rig.open(places, given, progress)) {
      for (Benchmark benchmark : rig.selection().benchmarks()) {
        String leftOut = rig.leftOut(benchmark);
        if (leftOut == null) {
          rig.run(benchmark);
        } else {
          System.err.println("bench: " + benchmark.spec().name() + " is " + leftOut);
        }
      }
      Results results = rig.finish();
      if (output.json()) {
        output.print(Report.encode(results));
      } else {
        System.out.print(Table.of(results, Layout.of(rig.options())));
      }
      return exit(results, rig.options().on(Option.STRICT));
    }
  }

  // JDK 25 gives no console where there is none, unlike 22 to 24.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean inTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal() && System.getenv("CI") == null;
  }

  /// What is not known never fails, unless that is asked for.
  static int exit(Results results, boolean strict) {
    return switch (results.verdict()) {
      case PASS -> ExitCode.OK;
      case FAIL -> BenchMain.FAILED;
      case ERROR -> ExitCode.SOFTWARE;
      case BUSY, UNSURE -> {
        System.err.println("bench: " + results.verdict().sentence());
        yield strict ? ExitCode.SOFTWARE : ExitCode.OK;
      }
    };
  }
}
