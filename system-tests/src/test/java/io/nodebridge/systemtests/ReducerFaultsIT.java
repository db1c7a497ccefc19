package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.BreakableStack;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is killed or cut off in mid-batch: each workflow is counted once, and the sums are the
/// writer's own.
class ReducerFaultsIT {
  private static final int COUNT = 3_000;
  private static final int PER_SECOND = 500;
  private static final int CUTS = 5;

  @TempDir private static Path folder;

  private static BreakableStack stack;
  private static Reducers reducers;

  @BeforeAll
  static void start() throws Exception {
    stack = TestStacks.shared();
    reducers = new Reducers(stack);
  }

  @AfterEach
  void noReplicaRuns() throws Exception {
    reducers.awaitAlone();
  }

  @Test
  void aCrashAtAnyPointCountsEachEventOnce() throws Exception {
    String[] points = {"reducer.claimed", "reducer.polled", "reducer.folded", "reducer.committed"};
    try (EventLedger ledger = new EventLedger(stack, "crash-points", 2)) {
      // Long enough that each of the dying has something to commit.
      CompletableFuture<Void> writing = Reducers.writing(ledger, PER_SECOND, 4 * COUNT);
      stack.kill("reducer");
      for (String point : points) {
        String name = point.replace('.', '-');
        reducers.replica(name, CrashAgent.dieAt(folder, point, 2));
        ProcessHandle dying = stack.process(name);
        await().atMost(PATIENCE).until(() -> !dying.isAlive());
      }
      stack.restart("reducer");
      writing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertCountedOnce();
    }
  }

  @Test
  void aDatabaseThatCrashesInMidCommitLosesAndDoublesNothing() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "postgres", 5)) {
      CompletableFuture<Void> writing = Reducers.writing(ledger, PER_SECOND, COUNT);
      for (int i = 0; i < 3; i++) {
        await().ignoreExceptions().until(ReducerFaultsIT::killWriter);
      }
      writing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertCountedOnce();
    }
  }

  @Test
  void aConnectionCutAfterTheCommitAndBeforeItsReplyDoublesNothing() throws Exception {
    assertThat(stack.stop("reducer")).isZero();
    try (EventLedger ledger = new EventLedger(stack, "cut", 7);
        CommitCutter cutter = CommitCutter.of(stack.postgres(), "INSERT INTO workflow ")) {
      URI behind = reducers.replica("reducer-4", Map.of("DATABASE_URL", cutter.address().url()));
      reducers.awaitReady(behind);
      AtomicBoolean enough = new AtomicBoolean();
      CompletableFuture<Void> writing = Reducers.writing(ledger, PER_SECOND, COUNT, enough::get);
      for (int cut = 1; cut <= CUTS; cut++) {
        int expected = cut;
        cutter.arm();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(cutter.cuts()).isEqualTo(expected));
      }
      assertThat(writing).as("the load ran while connections were cut").isNotDone();
      enough.set(true);
      writing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertCountedOnce();
      stack.stop("reducer-4");
    }
  }

  // A backend that dies by a signal makes Postgres end all sessions and recover from its log.
  private static boolean killWriter() throws Exception {
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT pid FROM pg_stat_activity
                WHERE application_name = 'nodebridge-reducer-write' AND state = 'active'
                """)) {
      if (!row.next()) {
        return false;
      }
      return new ProcessBuilder("kill", "-KILL", row.getString(1)).start().waitFor() == 0;
    }
  }
}
