package io.nodebridge.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrendTest {
  // t = [5.1, 5.3, 4.9, 5.6, 5.8, 5.5, 6.1, 5.9, 6.4, 6.2]; scipy.stats.theilslopes(t).slope
  // s = sum(numpy.sign(t[j]-t[i]) for i in range(10) for j in range(i+1, 10))  # 33
  // (s - 1) / numpy.sqrt(10*9*25/18)
  @Test
  void slopeAndSurenessAgreeWithScipy() {
    Trend trend = Trend.of(new double[] {5.1, 5.3, 4.9, 5.6, 5.8, 5.5, 6.1, 5.9, 6.4, 6.2});

    assertThat(trend.slope()).isCloseTo(0.15714285714285722, within(1e-12));
    assertThat(trend.z()).isCloseTo(2.862167011199731, within(1e-12));
    assertThat(trend.growsBy(0.1)).isTrue();
    assertThat(trend.shrinks()).isFalse();
  }

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
