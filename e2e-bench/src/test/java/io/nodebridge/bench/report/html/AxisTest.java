package io.nodebridge.bench.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void equalFactorsAreEqualDistancesOnALogarithmicAxis() {
    Axis axis = Axis.logarithmic(1, 100, 0, 200);

    assertThat(axis.at(1)).isZero();
    assertThat(axis.at(10)).isCloseTo(100, within(1e-9));
    assertThat(axis.at(100)).isCloseTo(200, within(1e-9));
  }

  @Test
  void whatLiesOutsideIsPutAtTheEnd() {
    assertThat(Axis.logarithmic(1, 100, 0, 200).at(0)).isZero();
    assertThat(Axis.linear(0, 10, 200, 0).at(11)).isZero();
    assertThat(Axis.linear(0, 10, 200, 0).at(-1)).isEqualTo(200);
  }

  @Test
  void ticksAreRoundAndFew() {
    assertThat(Axis.linear(0, 43, 0, 1).ticks()).containsExactly(0.0, 20.0, 40.0);
    assertThat(Axis.logarithmic(0.9, 120, 0, 1).ticks()).containsExactly(1.0, 10.0, 100.0);
    assertThat(Axis.logarithmic(3, 40, 0, 1).ticks()).containsExactly(5.0, 10.0, 20.0);
    assertThat(Axis.logarithmic(1e-6, 1e6, 0, 1).ticks()).hasSizeLessThan(7);
  }

  @Test
  void oneValueAloneHasAnAxis() {
    assertThat(Axis.linear(5, 5, 0, 10).at(5)).isZero();
    assertThat(Axis.logarithmic(5, 5, 0, 10).at(5)).isZero();
  }
}
