package io.nodebridge.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
  @Test
  void intendedMomentsKeepTheRateWhateverTheWorkTakes() {
    AtomicLongArray intended = new AtomicLongArray(50);

    OpenLoop.run(50, 1_000, (number, nanos) -> intended.set((int) number, nanos));

    for (int i = 1; i < intended.length(); i++) {
      assertThat(intended.get(i) - intended.get(i - 1)).isEqualTo(1_000_000);
    }
  }

  @Test
  void workThatHangsDoesNotKeepLaterWorkFromStarting() {
    CountDownLatch lastStarted = new CountDownLatch(1);
    AtomicLong released = new AtomicLong();

    OpenLoop.run(
        10,
        1_000,
        (number, nanos) -> {
          if (number == 9) {
            lastStarted.countDown();
          } else if (lastStarted.await(10, TimeUnit.SECONDS)) {
            released.incrementAndGet();
          }
        });

    assertThat(released).hasValue(9);
  }
}
