package io.nodebridge.bench.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RigTest {
  @Test
  void gradesFollowTheMedian() {
    assertThat(grades(false, 0.999, 1, 1.999, 2)).isEqualTo("ABBC");
    assertThat(grades(true, 99.9, 100, 199, 200)).isEqualTo("ABBC");
  }

  private static String grades(boolean batch, double... mediansMs) {
    return DoubleStream.of(mediansMs)
        .mapToObj(median -> Rig.grade(median, batch))
        .reduce("", String::concat);
  }
}
