package io.nodebridge.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.HdrHistogram.DoubleHistogram;
import org.junit.jupiter.api.Test;

class DistributionTest {
  @Test
  void textKeepsEachSampleToThreeDigits() {
    DoubleHistogram read =
        Distribution.decode(Distribution.encode(new double[] {2.5e-5, 3e-5, 70}));

    assertThat(read.getTotalCount()).isEqualTo(3);
    assertThat(read.getMinValue()).isCloseTo(2.5e-5, within(2.5e-8));
    assertThat(read.getMaxValue()).isCloseTo(70, within(0.07));
  }
}
