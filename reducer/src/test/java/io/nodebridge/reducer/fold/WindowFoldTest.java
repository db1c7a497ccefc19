package io.nodebridge.reducer.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.message.WorkflowState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WindowFoldTest {
  private static final Instant START = RandomLog.START;
  private static final Instant NOW = START.plusSeconds(1_000);

  private final List<LogEntry> log = new ArrayList<>();
  private PartitionState state = PartitionState.NEW;

  @Test
  void anEndCountsInTheWindowOfItsOwnTime() {
    end("00:00.000");
    end("00:04.999");
    end("00:05.000");

    assertThat(counts(fold())).containsExactlyInAnyOrderEntriesOf(Map.of(0L, 2L, 5L, 1L));
  }

  @Test
  void anEndIsLateOnceTheWatermarkHasPassedWindowAndLateness() {
    end("00:01.000");
    end("00:05.999"); // the watermark: one millisecond before the first window closes
    end("00:04.000");
    end("00:06.000"); // now it is closed
    end("00:04.500");

    Batch.PartitionProgress folded = fold();

    assertThat(counts(folded)).containsEntry(0L, 2L);
    assertThat(folded.late()).extracting(LogEntry.Fact::offset).containsExactly(4L);
    assertThat(folded.counts().events()).isEqualTo(5);
  }

  @Test
  void aClockThatIsAheadDoesNotCloseWindowsOfTheOthers() {
    end("00:01.000");
    entry(START.plusSeconds(86_400), new UUID(1, 99), WorkflowState.COMPLETED);
    Batch.PartitionProgress folded = foldAt(START.plusSeconds(2));
    assertThat(folded.after().watermarkMillis()).isEqualTo(START.plusSeconds(2).toEpochMilli());
    state = folded.after();
    log.clear();
    end("00:01.500");

    assertThat(foldAt(START.plusSeconds(2)).late()).isEmpty();
  }

  @Test
  void anEndThatTheDatabaseKnowsIsNotCountedAgain() {
    end("00:01.000");
    LogEntry.Fact known = (LogEntry.Fact) log.getFirst();

    Batch batch =
        Batch.fold(log, new Batch.Before(Map.of(), Set.of(known.event().workflowId()), NOW));

    assertThat(List.copyOf(batch.progress()).getFirst().windows()).isEmpty();
  }

  @Test
  void theClockClosesTheWindowsOfAQuietPartition() {
    end("00:01.000");

    PartitionState after = fold().after();

    assertThat(after.open()).hasSize(1);
    assertThat(after.at(START.plusMillis(5_999).toEpochMilli()).open()).hasSize(1);
    assertThat(after.at(START.plusMillis(6_000).toEpochMilli()).open()).isEmpty();
  }

  @Test
  void theOrderOfEventsInTimeDoesNotMatterForTheSums() {
    for (long seed = 0; seed < 100; seed++) {
      log.clear();
      Random random = new Random(seed);
      for (int i = 0; i < 200; i++) {
        // Within one window and its lateness nothing is late.
        entry(START.plusMillis(random.nextInt(5_000)), new UUID(1, i), WorkflowState.COMPLETED);
      }
      Map<WindowKey, WindowSums> inOrder = fold().windows();
      Collections.shuffle(log, random);
      assertThat(fold().windows()).isEqualTo(inOrder);
      assertThat(inOrder.values().stream().mapToLong(WindowSums::completed).sum()).isEqualTo(200);
    }
  }

  @Test
  void manyContentTypesOfClientsDoNotGrowAWindowWithoutBound() {
    WindowSums sums = new WindowSums();
    for (int i = 0; i < 1_000; i++) {
      sums.merge(
          WindowSums.of(
              1, 0, 0, new long[4], Map.of("type/" + i, 1L), 0, new long[3], new LogBuckets()));
    }

    assertThat(sums.byContentType()).hasSize(WindowSums.MAX_CONTENT_TYPES + 1);
    assertThat(sums.byContentType().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(1_000);
  }

  private void end(String minutesAndSeconds) {
    Instant at = Instant.parse("2026-01-01T00:" + minutesAndSeconds + "Z");
    entry(at, new UUID(1, log.size()), WorkflowState.COMPLETED);
  }

  private void entry(Instant at, UUID id, WorkflowState state) {
    LogEntry.Fact fact = RandomLog.event(0, log.size(), at, id, 1, state);
    log.add(fact);
  }

  private Batch.PartitionProgress fold() {
    return foldAt(NOW);
  }

  private Batch.PartitionProgress foldAt(Instant now) {
    Batch batch = Batch.fold(log, new Batch.Before(Map.of(0, state), Set.of(), now));
    assertThat(batch.progress()).hasSize(1);
    return List.copyOf(batch.progress()).getFirst();
  }

  // Seconds from the start of the first window to completed workflows, over all namespaces.
  private static Map<Long, Long> counts(Batch.PartitionProgress folded) {
    Map<Long, Long> counts = new HashMap<>();
    folded
        .windows()
        .forEach(
            (key, sums) ->
                counts.merge(
                    (key.startMillis() - START.toEpochMilli()) / 1_000,
                    sums.completed(),
                    Long::sum));
    return counts;
  }
}
