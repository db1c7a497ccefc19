package io.nodebridge.bench.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// What a shell needs to complete commands and options.
@Command(
    name = "completion",
    description = "Prints what bash and zsh need to complete ./bench.",
    footer = {"", "  source <(./bench completion)"})
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    System.out.print(AutoComplete.bash("bench", spec.root().commandLine()));
    System.out.println("complete -F _complete_bench -o default ./bench");
    return 0;
  }
}
