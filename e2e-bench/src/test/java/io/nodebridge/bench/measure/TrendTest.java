package io.nodebridge.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrendTest {
  @Test
  void aLeakUnderNoiseIsSeen() {
    Random random = new Random(1);
    Trend trend =
        Trend.of(
            IntStream.range(0, 30).mapToDouble(i -> 0.05 * i + random.nextDouble(0.2)).toArray());
    assertThat(trend.slope()).isBetween(0.04, 0.06);
    assertThat(trend.growsBy(0.01)).isTrue();
  }

  @Test
  void noiseAloneIsNone() {
    int alarms = 0;
    for (int seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      double[] noise = random.doubles(30, 0, 0.2).toArray();
      alarms += Trend.of(noise).growsBy(0.01) ? 1 : 0;
    }
    assertThat(alarms).isLessThan(20);
  }

  @Test
  void oneStepIsNoTrend() {
    double[] step = IntStream.range(0, 30).mapToDouble(i -> i == 0 ? 0 : 5).toArray();
    assertThat(Trend.of(step).growsBy(0.01)).isFalse();
  }
}
