package io.nodebridge.bench.cli;

import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.bench.stack.Stacks;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/// The stack without Docker, to work with by hand.
@Command(
    name = "up",
    description = {
      "Starts the stack without Docker, on the ports that compose has, and stops it with Ctrl-C.",
      "What it stores is gone then."
    })
final class UpCommand implements Callable<Integer> {
  private static final String ADDRESSES =
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
      """;

  private final Places places;

  UpCommand(Places places) {
    this.places = places;
  }

  @Override
  public Integer call() throws Exception {
    System.err.println("bench: starting the stack");
    try (Stack stack = Stacks.fixed(places)) {
      System.out.printf(
          ADDRESSES,
          stack.orchestrator(),
          stack.reducer(),
          stack.registry(),
          stack.kafka(),
          stack.postgres().url(),
          places.logs(),
          stack.orchestrator());
      // The hook that stops the stack runs when this process is told to end.
      new CountDownLatch(1).await();
    }
    return 0;
  }
}
