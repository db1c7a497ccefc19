package io.nodebridge.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OffsetWatermarkTest {
  @Test
  void theFirstUnfinishedRequestHoldsThePosition() {
    OffsetWatermark watermark = new OffsetWatermark(10);
    watermark.begin(10);
    watermark.begin(11);
    watermark.begin(12);
    watermark.end(11);
    watermark.end(12);
    assertThat(watermark.position()).isEqualTo(10);
    watermark.end(10);
    assertThat(watermark.position()).isEqualTo(13);
  }

  @Test
  void withoutRequestsThePositionIsWhereReadingBegan() {
    assertThat(new OffsetWatermark(7).position()).isEqualTo(7);
  }
}
