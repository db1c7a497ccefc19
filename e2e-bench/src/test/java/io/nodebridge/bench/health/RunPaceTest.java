package io.nodebridge.bench.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunPaceTest {
  private static final Pace BEST = new Pace(1.4, 32);

  @Test
  void theSlowerOfBothPartsCounts() {
    assertThat(slowdown(BEST, new Pace(1.4, 40))).isCloseTo(25, within(1e-9));
    assertThat(slowdown(BEST, new Pace(1.54, 30))).isCloseTo(10, within(1e-9));
    assertThat(slowdown(BEST, new Pace(1.3, 30))).as("the best so far").isZero();
    assertThat(slowdown(null, new Pace(9, 99))).as("the first run, and a steady one").isZero();
  }

  @Test
  void fewerSlowLooksThanHalfAreNoSlowRun() {
    RunPace run = new RunPace(BEST);
    for (int i = 0; i < 5; i++) {
      run.add(BEST);
    }
    for (int i = 0; i < 4; i++) {
      run.add(new Pace(5, 90));
    }

    assertThat(run.health().seen()).containsExactly(Map.entry(Disturbance.SLOWDOWN, 0.0));
    assertThat(Pace.of(run.figures())).isEqualTo(BEST);
  }

  @Test
  void aRunWhoseLooksLieFarApartIsSlowBesideItsOwnBest() {
    RunPace first = new RunPace(null);
    for (int i = 0; i < 20; i++) {
      first.add(new Pace(1.4, i < 5 ? 32 : 40));
    }

    assertThat(first.health().seen())
        .hasEntrySatisfying(
            Disturbance.SLOWDOWN, much -> assertThat(much).isCloseTo(25, within(1e-9)));
    assertThat(Pace.of(first.figures())).isEqualTo(new Pace(1.4, 40));
  }

  @Test
  void fewLooksTellNothing() {
    RunPace few = new RunPace(BEST);
    for (int i = 0; i < RunPace.LEAST_LOOKS - 1; i++) {
      few.add(new Pace(9, 99));
    }

    assertThat(few.health().seen()).isEmpty();
    assertThat(Pace.of(few.figures())).isNull();
  }

  @Test
  void noPaceIsBelowZero() {
    assertThatThrownBy(() -> new Pace(1.4, 0)).hasMessageContaining("must be above 0");
    assertThat(Pace.of(Map.of("computeNsPerStep", 1.4, "readNsPerStep", 0.0))).isNull();
  }

  // That it works and is not optimised away; how quick it is, is the machine's.
  @Test
  void aLookTakesTime() {
    Pace look = Pace.look();

    assertThat(look.computeNs()).isBetween(0.2, 100.0);
    assertThat(look.readNs()).isBetween(0.5, 2000.0);
  }

  private static @Nullable Double slowdown(@Nullable Pace best, Pace now) {
    RunPace run = new RunPace(best);
    for (int i = 0; i < RunPace.LEAST_LOOKS; i++) {
      run.add(now);
    }
    return run.health().seen().get(Disturbance.SLOWDOWN);
  }
}
