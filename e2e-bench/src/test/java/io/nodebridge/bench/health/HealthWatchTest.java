package io.nodebridge.bench.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class HealthWatchTest {
  @Test
  void whatLiesAboveItsLimitIsTooMuch() {
    Health health =
        new Health(
            Map.of(Disturbance.STEAL, 2.0, Disturbance.HICCUP, 5.1, Disturbance.OTHERS, 3.0));

    assertThat(health.tooMuch())
        .extracting(check -> check.name() + " " + check.expected() + " " + check.actual())
        .containsExactly("machine at rest: ms that a timer is late at rest, p99 ≤ 5 5.1");
  }

  @Test
  void theWorstOfARunStandsInItsResults() {
    Health first = new Health(Map.of(Disturbance.STEAL, 2.0));
    Health second = new Health(Map.of(Disturbance.STEAL, 1.0, Disturbance.HICCUP, 4.0));

    assertThat(first.and(second).figures())
        .containsExactlyInAnyOrderEntriesOf(Map.of("stealPercent", 2.0, "idleHiccupP99Ms", 4.0));
  }

  // A shell that counts, left behind by the one that started it, so that it is no child of ours.
  @Test
  void theTimeOfOtherProgramsIsSeenAndOursIsNot() throws IOException, InterruptedException {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/stat")), "Linux tells it");
    Process parent = new ProcessBuilder("sh", "-c", "while :; do :; done >&- & echo $!").start();
    long pid = Long.parseLong(parent.inputReader().readLine());
    try {
      parent.waitFor();
      Set<Long> withoutIt = Set.of(ProcessHandle.current().pid());
      Set<Long> withIt = Set.of(ProcessHandle.current().pid(), pid);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(Kernel.othersTicks(withoutIt) - Kernel.othersTicks(withIt))
                      .isGreaterThan(20));
    } finally {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  // This JVM has compiled what it has run so far.
  @Test
  void theTimeOfAJvmsCompilersIsSeenAndThatOfAShellIsNone() throws IOException {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/stat")), "Linux tells it");
    Process shell = new ProcessBuilder("sleep", "60").start();
    try {
      assertThat(Compilers.seconds(List.of(ProcessHandle.current()))).isPositive();
      assertThat(Compilers.seconds(List.of(shell.toHandle()))).isZero();
    } finally {
      shell.destroyForcibly();
    }
  }
}
