package io.nodebridge.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// Keeps a number of pieces of work in flight: each that ends makes room for the next.
public final class ClosedLoop {
  private ClosedLoop() {}

  /// One piece of work, done when it returns.
  @FunctionalInterface
  public interface Work {
    /// Does it; gives whether it was done well.
    boolean run(long number, long begunNanos) throws InterruptedException;
  }

  /// What one slice of time saw.
  ///
  /// @param millis how long each piece took that ended within the slice
  /// @param begun pieces in all; those under way at the end are waited for
  public record Slice(double[] millis, double seconds, long begun, long failed) {
    public double perSecond() {
      return millis.length / seconds;
    }
  }

  /// Runs for a time; a line of work that fails once is not gone on with.
  ///
  /// @param numbers gives each piece its number, so that no two slices share one
  public static Slice run(int inFlight, Duration time, AtomicLong numbers, Work work)
      throws InterruptedException {
    long first = numbers.get();
    long begin = System.nanoTime();
    long end = begin + time.toNanos();
    AtomicLong failed = new AtomicLong();
    List<Future<List<Double>>> lines = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < inFlight; i++) {
        lines.add(threads.submit(() -> line(end, numbers, work, failed)));
      }
    }
    List<Double> millis = new ArrayList<>();
    for (Future<List<Double>> line : lines) {
      try {
        millis.addAll(line.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    return new Slice(
        millis.stream().mapToDouble(Double::doubleValue).toArray(),
        time.toNanos() / 1e9,
        numbers.get() - first,
        failed.get());
  }

  private static List<Double> line(long end, AtomicLong numbers, Work work, AtomicLong failed)
      throws InterruptedException {
    List<Double> millis = new ArrayList<>();
    while (true) {
      long begun = System.nanoTime();
      if (begun >= end) {
        return millis;
      }
      if (!work.run(numbers.getAndIncrement(), begun)) {
        failed.incrementAndGet();
        return millis;
      }
      long ended = System.nanoTime();
      if (ended <= end) {
        millis.add((ended - begun) / 1e6);
      }
    }
  }
}
