package io.nodebridge.bench.cli;

import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stacks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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
      "A part that ends meanwhile is started again. What it stores is gone with it."
    })
final class UpCommand implements Callable<Integer> {
  private static final Duration SHORT_LIFE = Duration.ofSeconds(60);

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
      keepUp(stack, own);
    }
    return ExitCode.SOFTWARE;
  }

  // What ends is started again, unless it cannot live.
  private static void keepUp(BreakableStack stack, Places own)
      throws IOException, InterruptedException {
    Map<String, Long> begun = new HashMap<>();
    while (true) {
      String ended = firstToEnd(stack);
      if (endingOurselves()) {
        return;
      }
      long now = System.nanoTime();
      Long last = begun.put(ended, now);
      if (last != null && now - last < SHORT_LIFE.toNanos()) {
        System.err.printf(
            "bench: %s has ended again within %d s; its log: %s%n",
            ended, SHORT_LIFE.toSeconds(), own.logs().resolve(ended + ".log"));
        return;
      }
      System.err.printf("bench: %s has ended; starting it again%n", ended);
      stack.restart(ended);
      writePids(stack, own);
      System.err.printf(
          Locale.ROOT,
          "bench: %s is back after %.1f s; its former log: %s%n",
          ended,
          (System.nanoTime() - now) / 1e9,
          own.logs().resolve(ended + ".previous.log"));
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
