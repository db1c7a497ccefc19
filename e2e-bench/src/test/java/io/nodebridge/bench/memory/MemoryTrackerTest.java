package io.nodebridge.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class MemoryTrackerTest {
  private static final int ROUND_BYTES = 50_000;

  // What the tests below would leave behind.
  private static final List<byte[]> KEPT = new ArrayList<>();
  private static int rounds;

  static class Leaking {
    @Test
    @MemoryTracker(rounds = 24)
    void keepsSomethingOfEachRound() {
      KEPT.add(new byte[ROUND_BYTES]);
    }
  }

  static class Flat {
    private final Map<Integer, byte[]> cache = new HashMap<>();

    @Test
    @MemoryTracker(rounds = 24)
    void fillsItsCacheOnceAndThrowsTheRestAway() {
      cache.put(rounds++ % 4, new byte[ROUND_BYTES]);
    }
  }

  static class Allowed {
    @Test
    @MemoryTracker(rounds = 24, megabytesARound = 0.1)
    void keepsWhatItMay() {
      KEPT.add(new byte[ROUND_BYTES]);
    }
  }

  static class FailingLater {
    @Test
    @MemoryTracker(rounds = 24)
    void failsInItsThirdRound() {
      assertThat(++rounds).isLessThan(3);
    }
  }

  static class TooFew {
    @Test
    @MemoryTracker(rounds = 3)
    void cannotTell() {
      // has nothing to do
    }
  }

  @Test
  void aPlantedLeakIsCaughtAndNamed() {
    assertThat(run(Leaking.class).result().getThrowable())
        .hasValueSatisfying(
            failure ->
                assertThat(failure)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("the heap grows: +0.04")
                    .hasMessageContaining("[B +"));
  }

  @Test
  void whatIsFilledOncePassesAndTellsItsStatistics() {
    Outcome flat = run(Flat.class);

    assertThat(flat.result().getStatus()).isEqualTo(TestExecutionResult.Status.SUCCESSFUL);
    assertThat(flat.published())
        .containsOnlyKeys(
            "baseline_mb", "peak_mb", "delta_mb", "peak_delta_mb", "samples", "mb_per_round")
        .containsEntry("samples", "24.0000");
  }

  @Test
  void growthThatIsAllowedPasses() {
    assertThat(run(Allowed.class).result().getStatus())
        .isEqualTo(TestExecutionResult.Status.SUCCESSFUL);
  }

  @Test
  void aRoundThatFailsFailsTheTestWithItsOwnError() {
    assertThat(run(FailingLater.class).result().getThrowable())
        .hasValueSatisfying(failure -> assertThat(failure).hasMessageContaining("less than"));
    assertThat(rounds).isEqualTo(3);
  }

  @Test
  void tooFewRoundsAreRefused() {
    assertThat(run(TooFew.class).result().getThrowable())
        .hasValueSatisfying(
            failure -> assertThat(failure).hasMessageContaining("must have 12 rounds or more"));
  }

  private record Outcome(TestExecutionResult result, Map<String, String> published) {}

  private static Outcome run(Class<?> test) {
    KEPT.clear();
    rounds = 0;
    List<TestExecutionResult> results = new ArrayList<>();
    Map<String, String> published = new HashMap<>();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(test)).build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier done, TestExecutionResult result) {
                if (done.isTest()) {
                  results.add(result);
                }
              }

              @Override
              public void reportingEntryPublished(TestIdentifier by, ReportEntry entry) {
                published.putAll(entry.getKeyValuePairs());
              }
            });
    assertThat(results).hasSize(1);
    return new Outcome(results.getFirst(), published);
  }
}
