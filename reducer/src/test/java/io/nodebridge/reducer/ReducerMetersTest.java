package io.nodebridge.reducer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nodebridge.reducer.fold.PartitionState;
import io.nodebridge.reducer.fold.WindowKey;
import io.nodebridge.reducer.fold.WindowSums;
import io.nodebridge.reducer.store.Fence;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReducerMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ReducerMeters meters = new ReducerMeters(registry);

  @Test
  void lagIsToldInRecordsAndInSeconds() {
    meters.lag(42, 1_500);
    assertThat(gauge("lag.records")).isEqualTo(42);
    assertThat(gauge("lag.seconds")).isEqualTo(1.5);
  }

  @Test
  void theWatermarkDelayIsThatOfTheSlowestPartitionWithSomethingOpen() {
    Map<WindowKey, WindowSums> open = Map.of(new WindowKey("a", 0), new WindowSums());
    meters.watermarks(
        List.of(
            fence(new PartitionState(4_000, null, open)),
            fence(new PartitionState(3_500, null, open)),
            fence(new PartitionState(1_000, null, Map.of()))),
        6_000);
    assertThat(gauge("watermark.delay.seconds")).isEqualTo(2.5);
  }

  @Test
  void withoutAnOpenWindowThereIsNoWatermarkDelay() {
    meters.watermarks(List.of(fence(new PartitionState(1_000, null, Map.of()))), 6_000);
    assertThat(gauge("watermark.delay.seconds")).isZero();
  }

  @Test
  void haltedPartitionsAreCounted() {
    meters.halted(2);
    assertThat(gauge("halted.partitions")).isEqualTo(2);
  }

  private double gauge(String name) {
    return registry.get("nodebridge.reducer." + name).gauge().value();
  }

  private static Fence fence(PartitionState state) {
    return new Fence(0, 1, 0, state);
  }
}
