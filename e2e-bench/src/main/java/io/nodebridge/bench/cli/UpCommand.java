package io.nodebridge.bench.cli;

import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stacks;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/// The stack without Docker, to work with by hand.
@Command(
    name = "up",
    description = {
      "Starts the stack without Docker, on the ports that compose has, and stops it with Ctrl-C.",
      "What it stores is gone then."
    })
final class UpCommand implements Callable<Integer> {
  private static final Map<String, String> UNMEASURED = Map.of("NODEBRIDGE_MEASURE", "false");

  private final Places places;

  @Option(names = "--free-ports", description = "on any ports that are free, not those of compose")
  private boolean freePorts;

  UpCommand(Places places) {
    this.places = places;
  }

  @Override
  public Integer call() throws Exception {
    System.err.println("bench: starting the stack");
    Places own = new Places(places.root(), places.out(), places.results().resolve("up"));
    try (BreakableStack stack =
        freePorts ? Stacks.breakable(own, UNMEASURED) : Stacks.fixed(own, UNMEASURED)) {
      System.out.printf(
          """
          orchestrator  %s   POST /v1/workflows
          reducer       %s   GET /v1/workflows/{id}, /v1/namespaces
          registry      %s   GET /v1/nodes
          Kafka         %s
          Postgres      %s
          logs          %s

          A first request, answered when the workflow has ended:

            curl -sS %s/v1/workflows -H 'Content-Type: application/json' -H 'Prefer: wait=10' \\
              -d '{"content":{"text":"hello"}}'

          Ctrl-C stops it.
          """,
          stack.orchestrator(),
          stack.reducer(),
          stack.registry(),
          stack.kafka(),
          stack.postgres().url(),
          own.logs(),
          stack.orchestrator());
      // Ctrl-C ends this process, and its hook the stack.
      String ended = firstToEnd(stack);
      if (!endingOurselves()) {
        System.err.printf(
            "bench: %s has ended, which it should not; its log: %s%n",
            ended, own.logs().resolve(ended + ".log"));
      }
    }
    return ExitCode.SOFTWARE;
  }

  private static boolean endingOurselves() {
    try {
      Thread none = new Thread();
      Runtime.getRuntime().addShutdownHook(none);
      Runtime.getRuntime().removeShutdownHook(none);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  private static String firstToEnd(BreakableStack stack) {
    CompletableFuture<?>[] ends =
        BreakableStack.PARTS.stream()
            .map(part -> stack.process(part).onExit().thenApply(_ -> part))
            .toArray(CompletableFuture[]::new);
    return (String) CompletableFuture.anyOf(ends).join();
  }
}
