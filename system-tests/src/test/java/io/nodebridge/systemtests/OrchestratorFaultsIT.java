package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.BreakableStack;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever dies or sleeps while workflows run: each accepted one ends once, with its own hash.
class OrchestratorFaultsIT {
  private static final int COUNT = 500;
  private static final int PER_SECOND = 60;
  // So many have been accepted before the fault that it hits a stack at work.
  private static final int SOME = 100;
  // So many that one of them at least is told before the sleeper learns what it has lost.
  private static final int HELD = 20;

  @TempDir private static Path folder;

  private static BreakableStack stack;
  private static Orchestrators orchestrators;

  private final AtomicReference<URI> target = new AtomicReference<>();

  @BeforeAll
  static void start() throws Exception {
    stack = TestStacks.shared();
    orchestrators = new Orchestrators(stack);
  }

  @BeforeEach
  void theOrchestratorRuns() {
    target.set(stack.orchestrator());
  }

  @AfterEach
  void noReplicaRuns() throws Exception {
    orchestrators.awaitAlone();
  }

  @Test
  void aCrashAtAnyPointLosesAndDoublesNothing() throws Exception {
    List<String> points = List.of("claimed", "polled", "called", "told", "ended");
    try (ClientLedger ledger = new ClientLedger(stack, "crash", target::get)) {
      CompletableFuture<Void> posting = inBackground(ledger, 3 * COUNT);
      stack.kill("orchestrator");
      for (String point : points) {
        String name = "dies-" + point;
        target.set(
            orchestrators.replica(name, CrashAgent.dieAt(folder, "orchestrator." + point, 5)));
        ProcessHandle dying = stack.process(name);
        await().atMost(PATIENCE).until(() -> !dying.isAlive());
      }
      stack.restart("orchestrator");
      target.set(stack.orchestrator());
      posting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertEachEndedOnce();
    }
  }

  @Test
  void aPausedOwnerThatWakesUpHarmsNothing() throws Exception {
    assertThat(stack.stop("orchestrator")).isZero();
    try (GatedWorker worker = new GatedWorker();
        ClientLedger ledger = new ClientLedger(stack, "zombie", target::get)) {
      Map<String, String> routes = Map.of("NODEBRIDGE_ROUTES", "test.held=" + worker.address());
      URI sleeper = orchestrators.replica("sleeps", routes);
      orchestrators.awaitReady(sleeper);
      target.set(sleeper);
      List<String> held = new ArrayList<>();
      for (int i = 0; i < HELD; i++) {
        held.add(orchestrators.accepted(orchestrators.post(sleeper, "held-" + i, heldBody(i))));
      }
      awaitCalls(worker, 1);
      CompletableFuture<Void> posting = inBackground(ledger, 2 * COUNT);
      awaitAccepted(ledger);
      stack.pause("sleeps");
      URI awake = orchestrators.replica("awake", routes);
      target.set(awake);
      orchestrators.awaitReady(awake);
      orchestrators.awaitOwners(1);
      awaitCalls(worker, 2);
      // The sleeper's answers lie in its sockets from now on.
      for (int i = 0; i < HELD; i++) {
        worker.release("held-" + i);
      }
      for (String id : held) {
        assertThat(orchestrators.read(id)).contains("\"state\":\"COMPLETED\"", "\"call\":2");
      }
      long before = superseded();
      stack.resume("sleeps");
      posting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertEachEndedOnce();
      await().atMost(PATIENCE).until(() -> superseded() > before);
      System.out.printf("the paused owner told %d events too late%n", superseded() - before);
      for (String id : held) {
        assertThat(orchestrators.read(id)).contains("\"state\":\"COMPLETED\"", "\"call\":2");
      }
      assertThat(stack.stop("awake")).isZero();
    }
  }

  @Test
  void twoShareThePartitionsAndOneTakesOverWithinTenSeconds() throws Exception {
    try (ClientLedger ledger = new ClientLedger(stack, "takeover", target::get)) {
      URI second = orchestrators.replica("second", Map.of());
      orchestrators.awaitReady(second);
      orchestrators.awaitOwners(2);
      CompletableFuture<Void> posting = inBackground(ledger, 2 * COUNT);
      awaitAccepted(ledger);
      stack.kill("orchestrator");
      target.set(second);
      long begin = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> orchestrators.owners() == 1 && orchestrators.ready(second));
      System.out.printf("takeover after %.1f s%n", (System.nanoTime() - begin) / 1e9);
      // Another one joins while workflows run.
      stack.restart("orchestrator");
      orchestrators.awaitOwners(2);
      posting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertEachEndedOnce();
    }
  }

  @Test
  void aBrokerThatRestartsDelaysOnly() throws Exception {
    try (ClientLedger ledger = new ClientLedger(stack, "broker", target::get)) {
      CompletableFuture<Void> posting = inBackground(ledger, COUNT);
      awaitAccepted(ledger);
      stack.kill("kafka");
      stack.restart("kafka");
      posting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertEachEndedOnce();
    }
  }

  @Test
  void aWorkerThatDiesInMidCallIsAskedAgain() throws Exception {
    stack.pause("stamping");
    String id =
        orchestrators.accepted(
            orchestrators.post(stack.orchestrator(), "patient", steadyBody("x")));
    orchestrators.awaitProcessing(id);
    stack.kill("stamping");
    stack.restart("stamping");
    assertThat(orchestrators.read(id)).contains("\"state\":\"COMPLETED\"");
  }

  @Test
  void toldToStopItFinishesWhatRunsAndEndsWithZero() throws Exception {
    try (ClientLedger ledger = new ClientLedger(stack, "term", target::get)) {
      URI second = orchestrators.replica("stays", Map.of());
      orchestrators.awaitReady(second);
      CompletableFuture<Void> posting = inBackground(ledger, COUNT);
      awaitAccepted(ledger);
      target.set(second);
      assertThat(stack.stop("orchestrator")).isZero();
      posting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ledger.assertEachEndedOnce();
    }
  }

  private static CompletableFuture<Void> inBackground(ClientLedger ledger, int count) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            ledger.post(count, PER_SECOND);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static void awaitAccepted(ClientLedger ledger) {
    await().atMost(PATIENCE).until(() -> ledger.accepted() >= SOME);
  }

  private static String steadyBody(String text) {
    return "{\"definition\":\"steady\",\"content\":{\"text\":\"%s\"}}".formatted(text);
  }

  private static String heldBody(int number) {
    return "{\"definition\":\"held\",\"namespace\":\"held\",\"content\":{\"text\":\"held-%d\"}}"
        .formatted(number);
  }

  // Each of the held steps was asked for so often.
  private static void awaitCalls(GatedWorker worker, int times) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(IntStream.range(0, HELD).map(i -> worker.calls("held-" + i)))
                    .as("calls of each held step")
                    .containsOnly(times));
  }

  // Events that the reducer refused because their partition had been claimed by another one.
  private static long superseded() throws SQLException {
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT sum(superseded) FROM reducer.position")) {
      row.next();
      return row.getLong(1);
    }
  }
}
