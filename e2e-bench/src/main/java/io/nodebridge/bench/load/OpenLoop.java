package io.nodebridge.bench.load;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Starts work at fixed moments, whether or not earlier work has ended: a system that stalls makes
/// the requests behind the stall late, and that lateness is part of what is measured.
public final class OpenLoop {
  private static final long SPIN_NANOS = 200_000;

  private OpenLoop() {}

  /// One piece of work; `intendedNanos` is when it should have started, by `System.nanoTime()`.
  @FunctionalInterface
  public interface Work {
    void run(long number, long intendedNanos) throws InterruptedException;
  }

  /// How the generator waits for the next moment.
  @FunctionalInterface
  interface Pace {
    void waitUntil(long nanos);
  }

  /// Starts `count` pieces at the given rate, each on a virtual thread, and waits for all.
  public static void run(int count, double perSecond, Work work) {
    run(count, perSecond, OpenLoop::waitUntil, work);
  }

  static void run(int count, double perSecond, Pace pace, Work work) {
    long interval = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
    long begin = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(10);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int number = 0; number < count; number++) {
        long intended = begin + number * interval;
        pace.waitUntil(intended);
        int current = number;
        threads.execute(() -> run(work, current, intended));
      }
    }
  }

  private static void run(Work work, long number, long intendedNanos) {
    try {
      work.run(number, intendedNanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // Parking alone wakes up to a scheduler's tick late; spinning alone would take a core.
  private static void waitUntil(long nanos) {
    long left = nanos - System.nanoTime();
    while (left > 0) {
      if (left > SPIN_NANOS) {
        LockSupport.parkNanos(left - SPIN_NANOS);
      } else {
        Thread.onSpinWait();
      }
      left = nanos - System.nanoTime();
    }
  }
}
