package io.nodebridge.reducer.serve;

import io.nodebridge.events.message.CommitPage;
import io.nodebridge.events.message.CommitPage.Commit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// The last commits while measuring, numbered from 0; the oldest fall out, and a reader is told how
/// many it missed.
public final class CommitRing {
  private static final int MAX_PAGE = 4_096;

  private final Commit[] ring;
  private final Lock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private long next;

  public CommitRing(int capacity) {
    this.ring = new Commit[capacity];
  }

  public void add(List<Commit> commits) {
    lock.lock();
    try {
      for (Commit commit : commits) {
        ring[(int) (next++ % ring.length)] = commit;
      }
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The commits from number `after` on; waits for the first of them up to the given time.
  CommitPage after(long after, long maxWaitMillis) throws InterruptedException {
    lock.lock();
    try {
      if (after > next) {
        // The reader counts from an earlier process, whose commits are gone.
        return new CommitPage(next, after - next, List.of());
      }
      long leftNanos = TimeUnit.MILLISECONDS.toNanos(maxWaitMillis);
      while (next <= after && leftNanos > 0) {
        leftNanos = news.awaitNanos(leftNanos);
      }
      long oldest = Math.max(0, next - ring.length);
      long first = Math.max(after, oldest);
      long end = Math.min(next, first + MAX_PAGE);
      List<Commit> commits = new ArrayList<>();
      for (long number = first; number < end; number++) {
        commits.add(ring[(int) (number % ring.length)]);
      }
      return new CommitPage(Math.max(end, after), first - after, commits);
    } finally {
      lock.unlock();
    }
  }
}
