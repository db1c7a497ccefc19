package io.nodebridge.bench.health;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// Looks for the longest time for which a process was ready to run and got no processor. Linux
/// shares processors between groups of processes first (one for each container, and for each
/// session where `sched_autogroup_enabled` is 1), and on busy processors may let a process that is
/// alone in its group, as a server of Postgres is, wait for hundreds of milliseconds.
///
/// Only processes of one thread are looked at: only their waits are told apart by what the kernel
/// counts. It counts a wait when it ends.
final class LongestWait implements AutoCloseable {
  private static final long LOOK_NANOS = Duration.ofMillis(50).toNanos();
  private static final int LOOKS_PER_LIST = 40;

  private final Supplier<Set<Long>> ours;
  private final ToLongFunction<Long> waitedNanos;
  private final Thread thread;
  private final Map<Long, Long> waited = new ConcurrentHashMap<>();
  private volatile long longestNanos;

  LongestWait(Supplier<Set<Long>> ours, ToLongFunction<Long> waitedNanos) {
    this.ours = ours;
    this.waitedNanos = waitedNanos;
    this.thread = Thread.ofPlatform().name("longest-wait").daemon().start(this::look);
  }

  /// Looks from now on at these processes and their children.
  static LongestWait of(Collection<ProcessHandle> processes) {
    Set<Long> ids = new HashSet<>();
    processes.forEach(process -> ids.add(process.pid()));
    return new LongestWait(() -> Kernel.singleThreaded(ids), Kernel::waitedNanos);
  }

  private void look() {
    long before = System.nanoTime();
    try {
      for (int looks = 0; ; looks++) {
        if (looks % LOOKS_PER_LIST == 0) {
          list(ours.get());
        }
        Thread.sleep(Duration.ofNanos(LOOK_NANOS));
        long now = System.nanoTime();
        long between = now - before;
        before = now;
        waited.replaceAll((pid, last) -> next(pid, last, between));
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void list(Set<Long> ids) {
    waited.keySet().retainAll(ids);
    ids.forEach(pid -> waited.computeIfAbsent(pid, waitedNanos::applyAsLong));
  }

  // As much of what came on since the last look as cannot have been waited for between the looks.
  private long next(long pid, long last, long between) {
    long now = waitedNanos.applyAsLong(pid);
    longestNanos = Math.max(longestNanos, now - last - between);
    return Math.max(last, now); // 0 if it just ended
  }

  boolean listed(long pid) {
    return waited.containsKey(pid);
  }

  /// So far; a wait that goes on is not in it.
  double millis() {
    return longestNanos / 1e6;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
