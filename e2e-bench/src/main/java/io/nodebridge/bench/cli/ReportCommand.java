package io.nodebridge.bench.cli;

import io.nodebridge.bench.report.Report;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.stack.Places;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Renders results again, of this run or an older one.
@Command(
    name = "report",
    description = "Renders a results.json as report.html, report.md and junit.xml.",
    footer = {
      "",
      "  ./bench report                                of the last run, beside its results",
      "  ./bench report nightly/results.json           of another, beside it",
      "  ./bench report old.json --to=/tmp/old         elsewhere"
    })
final class ReportCommand implements Callable<Integer> {
  private final Places places;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "a results.json; none: the last run's")
  private @Nullable Path file;

  @Option(names = "--to", paramLabel = "FOLDER", description = "where to write; the file's own")
  private @Nullable Path to;

  ReportCommand(Places places) {
    this.places = places;
  }

  @Override
  public Integer call() throws IOException {
    Path results = file == null ? places.results().resolve(Report.FILE) : file;
    Results run = Report.read(results);
    Path folder = to == null ? results.resolveSibling("") : to;
    Report.render(run, folder);
    System.out.println(folder.resolve(Report.PAGE));
    return 0;
  }
}
