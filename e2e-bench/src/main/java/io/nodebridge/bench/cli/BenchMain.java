package io.nodebridge.bench.cli;

import io.nodebridge.bench.stack.Places;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/// Starts a command. Exit: 0 it went well, 1 it could not be done, 2 wrong usage, option or
/// baseline, 99 a check, a limit or a comparison failed.
@Command(
    name = "./bench",
    description = "Measures NodeBridge on its real stack, and compares, keeps and proves figures.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit:%n",
    exitCodeList = {
      " 0:it went well; UNSURE and BUSY too, with a warning",
      " 1:it could not be done or measured; with --strict UNSURE and BUSY",
      " 2:wrong usage, option or baseline",
      "99:a check, a limit or a comparison failed"
    })
public final class BenchMain {
  @SuppressWarnings("unused") // picocli looks at the option itself
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "show this help and exit")
  private boolean help;

  static final int FAILED = 99;

  private BenchMain() {}

  public static void main(String[] args) {
    // What is not ASCII must survive a terminal whose locale says nothing.
    System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(System.err, true, StandardCharsets.UTF_8));
    System.exit(commandLine(Places.fromSystemProperties()).execute(args));
  }

  static CommandLine commandLine(Places places) {
    return new CommandLine(new BenchMain())
        .addSubcommand(RunCommand.commandLine(places))
        .addSubcommand(new ListCommand())
        .addSubcommand(new UpCommand(places))
        .addSubcommand(new LoadCommand())
        .addSubcommand(CompareCommand.commandLine(places))
        .addSubcommand(new BaselineCommand(places))
        .addSubcommand(new HistoryCommand(places))
        .addSubcommand(new DoctorCommand(places))
        .addSubcommand(new ReportCommand(places))
        .addSubcommand(new ProveCommand(places))
        .addSubcommand(new CompletionCommand())
        .setExecutionExceptionHandler(new OneSentence());
  }

  /// What the user can mend is told without a trace.
  private static final class OneSentence implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed)
        throws Exception {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      boolean usage = e instanceof IllegalArgumentException;
      line.getErr().println("bench: " + (usage ? e.getMessage() : e));
      return usage ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }
  }
}
