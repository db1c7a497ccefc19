package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.BreakableStack;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reducers come, go, die and fall asleep under load: their partitions change hands, and no sum is
/// another for it.
class ReducerGroupIT {
  private static final int COUNT = 3_000;
  private static final int PER_SECOND = 500;
  private static final int CHANGES = 3;
  private static final Duration CHANGE = Duration.ofSeconds(5);
  private static final int BATCHES_AWAKE = 20;

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
  void anotherReducerTakesOverWithinTenSeconds() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "taken-over", 3)) {
      URI second = reducers.replica("reducer-2", Map.of());
      reducers.awaitReady(second);
      await().atMost(PATIENCE).until(() -> reducers.owners() == 2);
      CompletableFuture<Void> writing = Reducers.writing(ledger, PER_SECOND, COUNT);

      stack.kill("reducer");
      long begin = System.nanoTime();
      await().atMost(Duration.ofSeconds(10)).until(() -> reducers.owners() == 1);
      System.out.printf("takeover after %.1f s%n", (System.nanoTime() - begin) / 1e9);

      writing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      stack.restart("reducer");
      stack.stop("reducer-2");
      ledger.assertCountedOnce();
    }
  }

  // It sleeps between fold and write, so that it wakes up with a batch that others have counted.
  @Test
  void aPausedReducerThatWakesUpIsFenced() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "fenced", 4)) {
      stack.stop("reducer");
      URI sleeper =
          reducers.replica("sleeper", CrashAgent.stopAt(folder, "reducer.folded", BATCHES_AWAKE));
      reducers.awaitReady(sleeper);
      // Until it sleeps: on a busy machine batches are few and large.
      AtomicBoolean asleep = new AtomicBoolean();
      CompletableFuture<Void> writing = Reducers.writing(ledger, PER_SECOND, COUNT, asleep::get);
      await().atMost(PATIENCE).until(() -> reducers.stopped("sleeper"));
      asleep.set(true);
      stack.restart("reducer");
      writing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertCountedOnce();

      stack.resume("sleeper");
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(reducers.figure(sleeper, "nodebridge_reducer_fence_losses_total"))
                      .as("batches that the sleeper was not let write")
                      .isEqualTo(1));
      ledger.assertCountedOnce();
    }
  }

  @Test
  void aReducerThatJoinsAndLeavesEveryFiveSecondsChangesNoSum() throws Exception {
    try (EventLedger ledger = new EventLedger(stack, "guests", 8)) {
      AtomicBoolean enough = new AtomicBoolean();
      // As long as the changes take, which is longer on a busy machine.
      CompletableFuture<Void> writing = Reducers.writing(ledger, PER_SECOND, COUNT, enough::get);
      int changes = 0;
      while (changes < CHANGES) {
        assertThat(endedWithin(CHANGE, writing)).as("load runs").isFalse();
        String guest = "guest-" + changes / 2;
        boolean joins = changes++ % 2 == 0;
        if (joins) {
          reducers.replica(guest, Map.of());
        } else if (changes % 4 == 2) {
          stack.kill(guest);
        } else {
          stack.stop(guest);
        }
        await().atMost(PATIENCE).until(() -> reducers.owners() == (joins ? 2 : 1));
      }
      enough.set(true);
      writing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (changes % 2 == 1) {
        stack.stop("guest-" + changes / 2);
      }
      ledger.assertCountedOnce();
    }
  }

  private static boolean endedWithin(Duration time, CompletableFuture<Void> writing)
      throws Exception {
    try {
      writing.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
