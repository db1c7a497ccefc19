package io.nodebridge.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void aDurationHasThreeDigitsAndTheUnitThatFits() {
    assertThat(Figures.duration(0.000_31)).isEqualTo("310 ns");
    assertThat(Figures.duration(0.0424)).isEqualTo("42.4 µs");
    assertThat(Figures.duration(26.66)).isEqualTo("26.7 ms");
    assertThat(Figures.duration(1)).isEqualTo("1.00 ms");
    assertThat(Figures.duration(12_345)).isEqualTo("12.3 s");
    assertThat(Figures.duration(0)).isEqualTo("0 ms");
  }

  @Test
  void aNumberHasThreeDigits() {
    assertThat(Figures.three(1.854)).isEqualTo("1.85");
    assertThat(Figures.three(0.4361)).isEqualTo("0.436");
    assertThat(Figures.three(12_345.6)).isEqualTo("12,346");
    assertThat(Figures.three(0.000_012)).isEqualTo("1.20e-05");
    assertThat(Figures.three(-0.05)).isEqualTo("-0.0500");
    assertThat(Figures.three(Double.NaN)).isEqualTo("NaN");
  }

  @Test
  void aLimitIsInTheUnitOfItsMetric() {
    assertThat(Figures.of("p95_ms", 400)).isEqualTo("400 ms");
    assertThat(Figures.of("min_successRate", 1)).isEqualTo("1.00");
    assertThat(Figures.metric("p95_ms")).isEqualTo("p95");
    assertThat(Figures.metric("min_successRate")).isEqualTo("successRate");
  }
}
