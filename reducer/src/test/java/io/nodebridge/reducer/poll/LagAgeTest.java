package io.nodebridge.reducer.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LagAgeTest {
  private final LagAge lag = new LagAge();

  @Test
  void theOldestRecordOfAnyPartitionCounts() {
    assertThat(lag.millis(Set.of(0, 1), Set.of(0, 1), Map.of(0, 9_000L, 1, 4_000L), 10_000))
        .isEqualTo(6_000);
  }

  @Test
  void whatWasCommittedNoLongerCounts() {
    lag.millis(Set.of(0), Set.of(0), Map.of(0, 4_000L), 10_000);
    assertThat(lag.millis(Set.of(0), Set.of(0), Map.of(), 11_000)).isZero();
  }

  @Test
  void aRecordAgesOnWhileItsPartitionHasToBeClaimedAgain() {
    lag.millis(Set.of(0), Set.of(0), Map.of(0, 4_000L), 10_000);
    assertThat(lag.millis(Set.of(0), Set.of(), Map.of(), 15_000)).isEqualTo(11_000);
  }

  @Test
  void aPartitionThatSomebodyElseHasNowNoLongerCounts() {
    lag.millis(Set.of(0), Set.of(0), Map.of(0, 4_000L), 10_000);
    assertThat(lag.millis(Set.of(), Set.of(), Map.of(), 15_000)).isZero();
  }

  @Test
  void aRecordFromAClockAheadHasNoAge() {
    assertThat(lag.millis(Set.of(0), Set.of(0), Map.of(0, 12_000L), 10_000)).isZero();
  }
}
