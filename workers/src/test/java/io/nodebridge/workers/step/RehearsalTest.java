package io.nodebridge.workers.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.message.StepCall;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RehearsalTest {
  @Test
  void theWorkIsCalledOverHttpWithItsSample() {
    AtomicInteger worked = new AtomicInteger();

    int answered =
        Rehearsal.run(
            "any.work",
            call -> {
              assertThat(call.input()).isEqualTo(StepContent.SAMPLE);
              return Map.of("run", worked.incrementAndGet());
            },
            StepContent.SAMPLE);

    assertThat(worked).hasValue(answered).hasPositiveValue();
  }

  @Test
  void workThatFailsAtItsSampleKeepsNoWorkerFromStarting() {
    assertThat(Rehearsal.run("any.work", RehearsalTest::fail, StepContent.SAMPLE)).isZero();
  }

  private static Map<String, Object> fail(StepCall call) {
    throw new IllegalStateException(call.step());
  }
}
