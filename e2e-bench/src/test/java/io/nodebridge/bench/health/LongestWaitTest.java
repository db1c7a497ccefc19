package io.nodebridge.bench.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class LongestWaitTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void aWaitIsSeenButForTheTimeBetweenTwoLooks() {
    AtomicLong waited = new AtomicLong(100 * SECOND);
    try (LongestWait longest = new LongestWait(() -> Set.of(7L), _ -> waited.get())) {
      await().until(() -> longest.listed(7));
      waited.addAndGet(30 * SECOND);
      await().untilAsserted(() -> assertThat(longest.millis()).isBetween(20_000.0, 29_960.0));
    }
  }

  // It waits for half of each moment, so that a late look is no long wait either.
  @Test
  void manyShortWaitsAreNoLongOne() {
    long begin = System.nanoTime();
    try (LongestWait longest =
        new LongestWait(() -> Set.of(7L), _ -> (System.nanoTime() - begin) / 2)) {
      await().pollDelay(Duration.ofMillis(500)).until(() -> longest.listed(7));
      assertThat(longest.millis()).isLessThan(20);
    }
  }

  @Test
  void theSystemTellsWhichProcessesHaveOneThreadAndForHowLongTheyWaited() throws IOException {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/schedstat")), "Linux tells it");
    // Only who wants a processor waits for one.
    Process shell = new ProcessBuilder("sh", "-c", "sleep 60 & while :; do :; done").start();
    try {
      long pid = shell.pid();
      await().until(() -> Kernel.singleThreaded(Set.of(pid)).size() == 2);
      assertThat(Kernel.singleThreaded(Set.of(pid))).contains(pid);
      assertThat(Kernel.singleThreaded(Set.of(ProcessHandle.current().pid())))
          .as("a JVM has many, its children one")
          .contains(pid)
          .doesNotContain(ProcessHandle.current().pid());
      await().until(() -> Kernel.waitedNanos(pid) > 0);
    } finally {
      List.copyOf(shell.descendants().toList()).forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }
}
