package io.nodebridge.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
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

  @Test
  void aGeneratorThatStallsShowsInResponseTimeAndNotInServiceTime() {
    long stallNanos = TimeUnit.MILLISECONDS.toNanos(400);
    long longNanos = stallNanos / 2;
    AtomicLongArray response = new AtomicLongArray(100);
    AtomicLongArray service = new AtomicLongArray(100);
    AtomicLong waits = new AtomicLong();

    OpenLoop.run(
        100,
        100,
        intended -> {
          long stalled = waits.incrementAndGet() == 20 ? stallNanos : 0;
          long end = intended + stalled;
          while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
          }
        },
        (number, intended) -> {
          long sent = System.nanoTime();
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
          long done = System.nanoTime();
          response.set((int) number, done - intended);
          service.set((int) number, done - sent);
        });

    // Those that were due in the stall's first half are late by its second half at least.
    assertThat(longer(response, longNanos)).isGreaterThanOrEqualTo(20);
    assertThat(longer(service, longNanos)).isZero();
  }

  private static long longer(AtomicLongArray times, long nanos) {
    return IntStream.range(0, times.length()).filter(i -> times.get(i) >= nanos).count();
  }
}
