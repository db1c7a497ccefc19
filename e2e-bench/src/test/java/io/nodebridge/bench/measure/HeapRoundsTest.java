package io.nodebridge.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class HeapRoundsTest {
  private static final int MEGABYTE = 1 << 20;
  private static final String HISTOGRAM =
      """
       num     #instances         #bytes  class name (module)
      -------------------------------------------------------
         1:          2000         160000  [B (java.base@25.0.3)
         2:          1500          36000  java.lang.String (java.base@25.0.3)
         3:             2             48  com.example.Twin
         4:             1             24  com.example.Twin
         5:             3          90000  [Ljdk.internal.vm.FillerElement; (java.base@25.0.3)
      Total          3506         286072
      """;

  @Test
  void aHistogramIsReadClassByClassWithoutTheCollectorsFillers() {
    LiveObjects live = LiveObjects.of(HISTOGRAM);

    assertThat(live.bytes()).isEqualTo(196_072);
    assertThat(live.ofClass("[B")).isEqualTo(new LiveObjects.OfClass(2_000, 160_000));
    assertThat(live.ofClass("com.example.Twin")).isEqualTo(new LiveObjects.OfClass(3, 72));
    assertThatThrownBy(() -> LiveObjects.of("no such process")).hasMessageContaining("no such");
  }

  @Test
  void aHeapThatGrowsRoundByRoundIsNotFlatAndSaysWhatGrew() {
    Check flat = rounds(round -> round * MEGABYTE / 20).flat("heap", 0.01);

    assertThat(flat.ok()).isFalse();
    assertThat(flat.actual()).startsWith("+0.0500 MB a round").contains("[com.example.Kept +");
  }

  @Test
  void whatIsFilledInTheFirstQuarterIsNoGrowth() {
    Check flat = rounds(round -> Math.min(round, 9) * MEGABYTE).flat("heap", 0.01);

    assertThat(flat.ok()).isTrue();
  }

  @Test
  void whatIsRememberedUpToABoundIsNoGrowthWithinIt() {
    BoundedMemory memory = new BoundedMemory("com.example.Kept", 100_000, 16);
    BoundedMemory tooSmall = new BoundedMemory("com.example.Kept", 1_000, 16);
    BoundedMemory renamed = new BoundedMemory("com.example.Gone", 1_000, 16);
    IntUnaryOperator growing = round -> round * MEGABYTE / 32;

    assertThat(rounds(growing, memory).flat("heap", 0.01).ok()).isTrue();
    assertThat(rounds(growing, memory).bounds()).allMatch(Check::ok);
    assertThat(rounds(growing, tooSmall).bounds()).noneMatch(Check::ok);
    assertThat(rounds(growing, renamed).bounds()).noneMatch(Check::ok);
    assertThat(rounds(growing, renamed).flat("heap", 0.01).ok()).isFalse();
  }

  @Test
  void theStatisticsAreTheSeeds() {
    assertThat(rounds(round -> round == 20 ? 3 * MEGABYTE : round * MEGABYTE / 40).statistics())
        .containsEntry("baseline_mb", 10.0)
        .containsEntry("peak_mb", 13.0)
        .containsEntry("peak_delta_mb", 3.0)
        .containsEntry("samples", 40.0)
        .hasEntrySatisfying("delta_mb", delta -> assertThat(delta).isEqualTo(0.975, within(1e-6)))
        .containsKey("mb_per_round");
  }

  // Ten megabytes, and what a round leaves besides.
  private static HeapRounds rounds(IntUnaryOperator bytesKept, BoundedMemory... bounded) {
    List<BoundedMemory> remembered = List.of(bounded);
    HeapRounds rounds = new HeapRounds(live(0), 40, remembered);
    for (int round = 0; round < 40; round++) {
      rounds.add(live(bytesKept.applyAsInt(round)));
    }
    return rounds;
  }

  private static LiveObjects live(int kept) {
    return new LiveObjects(
        10L * MEGABYTE + kept,
        Map.of("com.example.Kept", new LiveObjects.OfClass(kept / 16, kept)));
  }
}
