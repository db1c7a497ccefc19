package io.nodebridge.bench.cli;

import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stacks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/// The stack without Docker, to work with by hand.
@Command(
    name = "up",
    description = {
      "Starts the stack without Docker, on the ports that compose has, and stops it with Ctrl-C.",
      "What ends meanwhile is started again, Postgres excepted. What it stores is gone with it."
    })
final class UpCommand implements Callable<Integer> {
  private final Places places;

  @Option(names = "--free-ports", description = "on any ports that are free, not those of compose")
  private boolean freePorts;

  @Option(
      names = "--definitions",
      paramLabel = "FOLDER",
      description = "whose *.yaml are workflows, beside those that are shipped")
  private @Nullable Path definitions;

  UpCommand(Places places) {
    this.places = places;
  }

  @Override
  public Integer call() throws Exception {
    System.err.println("bench: starting the stack");
    Places own = new Places(places.root(), places.out(), places.results().resolve("up"));
    Map<String, String> settings =
        definitions == null
            ? Map.of()
            : Map.of("NODEBRIDGE_DEFINITIONS", definitions.toAbsolutePath().toString());
    try (BreakableStack stack =
        freePorts ? Stacks.breakable(own, settings) : Stacks.fixed(own, settings)) {
      System.out.printf(
          """
          orchestrator  %s   POST /v1/workflows
          reducer       %s   GET /v1/workflows/{id}, /v1/namespaces
          registry      %s   GET /v1/nodes
          Kafka         %s
          Postgres      %s
          logs          %s
          pids          %s

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
          writePids(stack, own),
          stack.orchestrator());
      // Ctrl-C ends this process, and its hook the stack.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stopping(own), "stopping"));
      keepUp(stack, own);
    }
    return ExitCode.SOFTWARE;
  }

  // What ends is started again, the broker first, since services wait for it. What cannot start
  // ends us.
  private static void keepUp(BreakableStack stack, Places own)
      throws IOException, InterruptedException {
    while (true) {
      awaitAnEnd(stack);
      if (endingOurselves()) {
        return;
      }
      for (String part : BreakableStack.PARTS) {
        if (!stack.process(part).isAlive()) {
          System.err.printf("bench: %s has ended; starting it again%n", part);
          long begin = System.nanoTime();
          stack.restart(part);
          System.err.printf(
              Locale.ROOT,
              "bench: %s is back after %.1f s; its former log: %s%n",
              part,
              (System.nanoTime() - begin) / 1e9,
              own.logs().resolve(part + ".previous.log"));
        }
      }
      writePids(stack, own);
    }
  }

  // A file for each part, for `kill $(cat …)`.
  private static Path writePids(BreakableStack stack, Places own) throws IOException {
    Path pids = Files.createDirectories(own.results().resolve("pids"));
    for (String part : BreakableStack.PARTS) {
      Files.writeString(pids.resolve(part), stack.process(part).pid() + "\n");
    }
    return pids;
  }

  // Pids of what has ended may soon be somebody else's.
  private static void stopping(Places own) {
    System.err.println("bench: stopping");
    for (String part : BreakableStack.PARTS) {
      own.results().resolve("pids").resolve(part).toFile().delete();
    }
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

  private static void awaitAnEnd(BreakableStack stack) {
    CompletableFuture<?>[] ends =
        BreakableStack.PARTS.stream()
            .map(part -> stack.process(part).onExit())
            .toArray(CompletableFuture[]::new);
    CompletableFuture.anyOf(ends).join();
  }
}
