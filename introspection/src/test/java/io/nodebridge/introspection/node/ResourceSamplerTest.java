package io.nodebridge.introspection.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.message.Heartbeat.Resources;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ResourceSamplerTest {
  private static final Duration SHORT = Duration.ofMillis(5);

  @Test
  void aProbeThatHangsMakesTheLastSampleStaleAndNoReadLate() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    try (ResourceSampler sampler =
        ResourceSampler.start(
            SHORT,
            () -> {
              if (calls.incrementAndGet() > 1) {
                hang(never);
              }
              return new Resources(12.5, 64, 1, 20, false);
            })) {
      waitUntilStale(sampler, calls);
      long begin = System.nanoTime();
      Resources stale = sampler.latest();
      assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.MILLISECONDS.toNanos(100));
      assertThat(stale).isEqualTo(new Resources(12.5, 64, 1, 20, true));
    }
  }

  @Test
  void aProbeThatFailsIsAskedAgain() {
    AtomicInteger calls = new AtomicInteger();
    try (ResourceSampler sampler =
        ResourceSampler.start(
            SHORT,
            () -> {
              if (calls.incrementAndGet() < 3) {
                throw new IllegalStateException("not now");
              }
              return new Resources(1, 2, 3, 4, false);
            })) {
      while (sampler.latest().stale()) {
        LockSupport.parkNanos(SHORT.toNanos());
      }
      assertThat(calls.get()).isGreaterThanOrEqualTo(3);
      assertThat(sampler.latest().threads()).isEqualTo(4);
    }
  }

  @Test
  void thisProcessUsesProcessorAndMemory() {
    ProcessProbe probe = new ProcessProbe();
    probe.take();
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    Resources used = probe.take();
    assertThat(used.cpuPercent()).isGreaterThan(1);
    assertThat(used.memoryMb()).isGreaterThan(10);
    assertThat(used.memoryPercent()).isBetween(0.01, 100.0);
    assertThat(used.threads()).isGreaterThan(1);
  }

  private static void waitUntilStale(ResourceSampler sampler, AtomicInteger calls) {
    while (calls.get() < 2 || !sampler.latest().stale()) {
      LockSupport.parkNanos(SHORT.toNanos());
    }
  }

  private static void hang(CountDownLatch never) {
    try {
      never.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
