package io.nodebridge.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StatsTest {
  private static final Offset<Double> EXACT = within(1e-8);

  // numpy: a.std(ddof=1), numpy.quantile(a, [.25, .5, .75, .95], method="median_unbiased")
  @Test
  void statisticsAgreeWithNumpy() {
    Stats stats = Stats.of(new double[] {3, 1, 2, 10, 2.5, 2.25, 1.75, 40});

    assertThat(stats.min()).isEqualTo(1);
    assertThat(stats.max()).isEqualTo(40);
    assertThat(stats.mean()).isCloseTo(7.8125, EXACT);
    assertThat(stats.stddev()).isCloseTo(13.310005634859815, EXACT);
    assertThat(stats.median()).isCloseTo(2.375, EXACT);
    assertThat(stats.iqr()).isCloseTo(7.08333333333 - 1.85416666667, EXACT);
    assertThat(stats.p95()).isCloseTo(40, EXACT);
    assertThat(stats.outliers()).as("40 lies above 7.08 + 1.5 × 5.23").isEqualTo(1);
    assertThat(stats.ops()).isCloseTo(1_000 / 7.8125, EXACT);
  }

  @Test
  void aSingleSampleHasNoSpread() {
    assertThat(Stats.of(new double[] {5}).stddev()).isZero();
  }

  @Test
  void nothingMeasuredIsNoFigure() {
    assertThatThrownBy(() -> Stats.of(new double[0])).hasMessageContaining("no samples");
  }
}
