package io.nodebridge.bench.health;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Watches the machine around one benchmark. Pressure and timers say nothing about others while we
/// work, so they are looked at before, at rest; what others use of the processors and what the host
/// takes is counted while we work.
public final class HealthWatch implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(300);
  private static final Duration BETWEEN = Duration.ofMillis(500);
  // What ran before may need a moment to settle.
  private static final int LOOKS = 3;
  private static final int PERCENT = 100;

  private final Health atRest;
  private final Kernel.@Nullable Ticks ticks;
  private final long othersTicks;
  private final LongestWait longestWait;
  private final long begin;

  private HealthWatch(Health atRest, Collection<ProcessHandle> ours) {
    this.atRest = atRest;
    this.ticks = Kernel.ticks();
    this.othersTicks = Kernel.othersTicks(ids(ours));
    this.longestWait = LongestWait.of(ours);
    this.begin = System.nanoTime();
  }

  /// Looks at the machine at rest, again if it is not, and begins to count.
  ///
  /// @param ours processes that are not children of this one
  /// @param atRest is done once it is at rest, or after the last look at it; not counted
  public static HealthWatch begin(Collection<ProcessHandle> ours, Runnable atRest)
      throws InterruptedException {
    Health seen = look();
    for (int i = 1; i < LOOKS && !seen.tooMuch().isEmpty(); i++) {
      Thread.sleep(BETWEEN);
      seen = look();
    }
    atRest.run();
    return new HealthWatch(seen, ours);
  }

  /// What there was since the beginning.
  public Health end(Collection<ProcessHandle> ours) {
    Map<Disturbance, Double> seen = new EnumMap<>(Disturbance.class);
    seen.putAll(atRest.seen());
    Kernel.Ticks now = Kernel.ticks();
    if (ticks != null && now != null && now.all() > ticks.all()) {
      seen.put(Disturbance.LONGEST_WAIT, longestWait.millis());
      double stolen = now.stolen() - ticks.stolen();
      seen.put(Disturbance.STEAL, PERCENT * stolen / (now.all() - ticks.all()));
      double seconds = (System.nanoTime() - begin) / 1e9;
      double others = Math.max(0, Kernel.othersTicks(ids(ours)) - othersTicks);
      double possible =
          seconds * Kernel.TICKS_PER_SECOND * Runtime.getRuntime().availableProcessors();
      seen.put(Disturbance.OTHERS, PERCENT * others / possible);
    }
    return new Health(seen);
  }

  @Override
  public void close() {
    longestWait.close();
  }

  private static Set<Long> ids(Collection<ProcessHandle> ours) {
    Set<Long> ids = new HashSet<>();
    ids.add(ProcessHandle.current().pid());
    ours.forEach(process -> ids.add(process.pid()));
    return ids;
  }

  private static Health look() {
    Map<Disturbance, Double> seen = new EnumMap<>(Disturbance.class);
    OptionalLong cpu = Kernel.pressureMicros("cpu");
    OptionalLong io = Kernel.pressureMicros("io");
    long begin = System.nanoTime();
    seen.put(Disturbance.HICCUP, hiccupP99Millis(begin + LOOK.toNanos()));
    double micros = (System.nanoTime() - begin) / 1e3;
    putPercent(seen, Disturbance.CPU_PRESSURE, cpu, Kernel.pressureMicros("cpu"), micros);
    putPercent(seen, Disturbance.IO_PRESSURE, io, Kernel.pressureMicros("io"), micros);
    return new Health(seen);
  }

  private static void putPercent(
      Map<Disturbance, Double> seen,
      Disturbance pressure,
      OptionalLong before,
      OptionalLong after,
      double micros) {
    if (before.isPresent() && after.isPresent()) {
      double waited = after.getAsLong() - before.getAsLong();
      seen.put(pressure, Math.min(PERCENT, PERCENT * waited / micros));
    }
  }

  /// How late a timer of 1 ms is, until that moment. A timer that is 50 ms late has missed 50
  /// beats, and each of them counts.
  private static double hiccupP99Millis(long end) {
    Histogram late = new Histogram(TimeUnit.MINUTES.toNanos(1), 2);
    long tick = TimeUnit.MILLISECONDS.toNanos(1);
    long before = System.nanoTime();
    while (before < end) {
      LockSupport.parkNanos(tick);
      long now = System.nanoTime();
      late.recordValueWithExpectedInterval(Math.max(0, now - before - tick), tick);
      before = now;
    }
    return late.getValueAtPercentile(99) / 1e6;
  }
}
