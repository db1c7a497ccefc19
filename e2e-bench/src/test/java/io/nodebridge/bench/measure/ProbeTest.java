package io.nodebridge.bench.measure;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeTest {
  private static final long BEGIN = 5_000_000_000L;
  private static final long END = 5_020_000_000L;

  @Test
  void stampsOfThisMachineLieBetweenWhatWeSaw() {
    assertThatCode(() -> Probe.requireOurClock(List.of(BEGIN + 1, END - 1), BEGIN, END))
        .doesNotThrowAnyException();
  }

  @Test
  void stampsOfAnotherMachineDoNot() {
    assertThatThrownBy(
            () -> Probe.requireOurClock(List.of(2_000_000_000L, 2_010_000_000L), BEGIN, END))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another machine's clock (-3.000 s off)");
    assertThatThrownBy(() -> Probe.requireOurClock(List.of(BEGIN + 1, END + 1), BEGIN, END))
        .hasMessageContaining("(0.000 s off)");
  }
}
