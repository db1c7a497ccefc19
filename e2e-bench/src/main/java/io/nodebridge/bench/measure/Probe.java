package io.nodebridge.bench.measure;

import io.nodebridge.bench.load.Contents;
import io.nodebridge.bench.load.Ledger;
import io.nodebridge.bench.load.WorkflowClient;
import io.nodebridge.bench.stack.Stack;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/// One workflow through a stack that others started, before anything is measured on it.
public final class Probe {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Probe() {}

  /// Requires that a workflow comes through, is found in the database, and that its stamps are of
  /// this machine's clock.
  ///
  /// @throws IllegalArgumentException saying what is wrong and what to do
  public static void requireMeasurable(Stack stack, String namespace)
      throws IOException, InterruptedException {
    Ledger ledger = new Ledger();
    try (CommitFeed feed = CommitFeed.follow(stack.reducer());
        WorkflowClient client =
            new WorkflowClient(stack.orchestrator(), Contents.stamping(namespace), ledger)) {
      long begin = System.nanoTime();
      UUID id = client.post(0, begin);
      if (id == null) {
        throw refused("refused a first workflow: " + ledger.failures());
      }
      if (!feed.await(List.of(id), PATIENCE)) {
        throw refused(
            "took a first workflow whose commit the reducer at %s did not tell within %d s: must be of one stack"
                .formatted(stack.reducer(), PATIENCE.toSeconds()));
      }
      requireOurClock(feed.commitOf(id).join(), begin, System.nanoTime());
      List<Check> wrong =
          Truth.compare(stack.postgres(), namespace, ledger).stream()
              .filter(check -> !check.ok())
              .toList();
      if (!wrong.isEmpty()) {
        throw refused("committed a first workflow that DATABASE_URL does not have: " + wrong);
      }
    } catch (SQLException e) {
      throw new IllegalArgumentException(
          "DATABASE_URL cannot read the reducer's rows: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  /// Moments of a workflow that we saw begin and end lie between, if they are by our clock.
  static void requireOurClock(List<Long> moments, long beginNanos, long endNanos) {
    if (moments.getFirst() < beginNanos || moments.getLast() > endNanos) {
      throw refused(
          "stamps by another machine's clock (%.3f s off): run the bench where its services run"
              .formatted(
                  (moments.getFirst() < beginNanos
                          ? moments.getFirst() - beginNanos
                          : moments.getLast() - endNanos)
                      / 1e9));
    }
  }

  private static IllegalArgumentException refused(String why) {
    return new IllegalArgumentException("the external stack " + why);
  }
}
