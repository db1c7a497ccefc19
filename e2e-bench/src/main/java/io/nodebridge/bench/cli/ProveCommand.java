package io.nodebridge.bench.cli;

import io.nodebridge.bench.stack.Places;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Shows that the benchmarks can fail.
@Command(
    name = "prove",
    header = "Shows that each benchmark can fail: it breaks the product on purpose.",
    description = {
      "Applies breaks in a worktree of HEAD (e2e-bench/breaks/<group>/*.patch),",
      "builds it, runs what must see it, and prints benchmark | break | what turned red.",
      "Exit 0 if all are red. Logs and results stay in e2e-bench/target/prove."
    })
final class ProveCommand implements Callable<Integer> {
  private final Places places;

  @Parameters(
      paramLabel = "GLOB",
      arity = "0..1",
      defaultValue = "*",
      description = "a benchmark, a break or a group of breaks")
  private String glob = "*";

  ProveCommand(Places places) {
    this.places = places;
  }

  @Override
  public Integer call() throws Exception {
    Process script =
        new ProcessBuilder(places.root().resolve("e2e-bench/breaks/prove.sh").toString(), glob)
            .inheritIO()
            .start();
    // It stops the build that is under way, and the stack with it.
    Runtime.getRuntime().addShutdownHook(new Thread(script::destroy));
    return script.waitFor();
  }
}
