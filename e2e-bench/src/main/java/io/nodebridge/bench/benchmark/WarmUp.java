package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.OpenLoop;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.measure.CommitFeed;
import io.nodebridge.bench.stack.Stack;
import java.io.IOException;
import java.time.Duration;

/// Drives a fresh stack until its compilers have seen enough. Five young JVMs on two cores compile
/// for 20 to 30 s; a pipeline that is measured before shows six times its latency.
final class WarmUp {
  private static final double PER_SECOND = 200;
  private static final int TRIES = 5;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private WarmUp() {}

  /// Sends `requests` workflows and waits until each is committed.
  static void run(Stack stack, int requests) throws IOException, InterruptedException {
    Ledger ledger = new Ledger();
    try (CommitFeed feed = CommitFeed.follow(stack.reducer());
        WorkflowClient client =
            new WorkflowClient(
                stack.orchestrator(), Contents.stamping(Namespaces.fresh("warm")), ledger)) {
      // Young services on a busy machine say that they are overloaded, and are asked again.
      for (int tries = 0; tries < TRIES && ledger.accepted().size() < requests; tries++) {
        OpenLoop.run(requests - ledger.accepted().size(), PER_SECOND, client::post);
      }
      if (ledger.accepted().size() < requests) {
        throw new IllegalStateException(
            "of %d workflows for warming up, only %d were accepted; the last refusal: %s"
                .formatted(requests, ledger.accepted().size(), ledger.failures().getLast()));
      }
      if (!feed.await(ledger.accepted().keySet(), LIMIT)) {
        throw new IllegalStateException(
            "of "
                + ledger.accepted().size()
                + " workflows for warming up, some were not committed"
                + " within "
                + LIMIT.toSeconds()
                + " s");
      }
    }
  }
}
