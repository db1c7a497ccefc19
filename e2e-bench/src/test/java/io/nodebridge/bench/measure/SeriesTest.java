package io.nodebridge.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeriesTest {
  @Test
  void quantilesThatTooFewSamplesCannotTellAreLeftOut() {
    double[] hundred = IntStream.rangeClosed(1, 100).asDoubleStream().toArray();

    List<List<Double>> points = Series.service(hundred).points();

    assertThat(points.getFirst().getLast()).isCloseTo(1, within(0.001));
    assertThat(points.get(3).getFirst()).isEqualTo(0.5);
    assertThat(points.get(3).getLast()).isCloseTo(50, within(0.05));
    assertThat(points.getLast().getFirst()).isEqualTo(0.99);
  }

  @Test
  void aTimelineHasAPointForEachSecondInWhichSomethingWasDue() {
    long[] due = {5_000_000_000L, 5_999_000_000L, 7_500_000_000L};

    assertThat(Series.timeline(due, new double[] {1, 3, 9}).points())
        .containsExactly(List.of(0.0, 2.0, 3.0, 2.0), List.of(2.0, 9.0, 9.0, 1.0));
  }
}
