package io.nodebridge.reducer.commit;

import io.nodebridge.reducer.store.Fence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// Between the poll loop and the commit loop: what waits to be committed, and the fences that allow
/// it. Bounded: the poll loop pauses while it is full.
///
/// What is offered for a partition without a fence is dropped: its fence was lost after the poll,
/// and the poll loop will read it again from where the next fence says.
public final class Inbox {
  private static final int MAX_BATCH_ENTRIES = 2_000;
  private static final int MAX_WAITING_ENTRIES = 2 * MAX_BATCH_ENTRIES;
  private static final long MAX_WAITING_BYTES = 16 << 20;

  private final Lock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();

  // Guarded by the lock.
  private final Map<Integer, Fence> fences = new HashMap<>();
  private List<Polled> waiting = new ArrayList<>();
  private long waitingBytes;
  private List<Polled> taken = List.of();
  private List<Idle> idle = new ArrayList<>();
  private boolean gaveUp;
  private boolean closed;

  /// What to do next: entries that may be committed together, or else partitions whose log ended at
  /// an offset when the clock showed `nowMillis`.
  record Work(List<Polled> entries, Map<Integer, Fence> fences, List<Idle> idle) {}

  /// What is polled and not committed.
  ///
  /// @param oldestMillis when the oldest record of each partition was appended to the log
  public record Uncommitted(long records, Map<Integer, Long> oldestMillis) {}

  /// Nothing more was in a partition's log at a moment.
  ///
  /// @param nowMillis read before the end was asked for
  public record Idle(int partition, long endOffset, long nowMillis) {}

  /// The partition was claimed; its entries are welcome.
  public void hold(Fence fence) {
    lock.lock();
    try {
      fences.put(fence.partition(), fence);
    } finally {
      lock.unlock();
    }
  }

  /// The partitions belong to somebody else now. A commit of theirs that is under way either comes
  /// before the next owner's claim, which then reads its position, or is refused by the fence.
  public void drop(Collection<Integer> partitions) {
    lock.lock();
    try {
      fences.keySet().removeAll(partitions);
      waiting.removeIf(polled -> partitions.contains(polled.entry().partition()));
      taken = taken.stream().filter(p -> !partitions.contains(p.entry().partition())).toList();
      waitingBytes = waiting.stream().mapToLong(Polled::bytes).sum();
    } finally {
      lock.unlock();
    }
  }

  /// Puts what was polled in line.
  public void offer(List<Polled> polled) {
    lock.lock();
    try {
      for (Polled entry : polled) {
        if (fences.containsKey(entry.entry().partition())) {
          waiting.add(entry);
          waitingBytes += entry.bytes();
        }
      }
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Tells of partitions in which nothing happens, so that windows close by the clock there.
  public void idle(List<Idle> partitions) {
    lock.lock();
    try {
      idle = new ArrayList<>(partitions);
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  public boolean full() {
    lock.lock();
    try {
      return waiting.size() >= MAX_WAITING_ENTRIES || waitingBytes >= MAX_WAITING_BYTES;
    } finally {
      lock.unlock();
    }
  }

  /// What was offered and is not committed yet, the batch on its way among it.
  public Uncommitted uncommitted() {
    lock.lock();
    try {
      Map<Integer, Long> oldest = new HashMap<>();
      long records = 0;
      for (List<Polled> entries : List.of(taken, waiting)) {
        for (Polled polled : entries) {
          Fence fence = fences.get(polled.entry().partition());
          if (fence != null && polled.entry().offset() >= fence.nextOffset()) {
            records++;
            oldest.putIfAbsent(fence.partition(), polled.appendedMillis());
          }
        }
      }
      return new Uncommitted(records, Map.copyOf(oldest));
    } finally {
      lock.unlock();
    }
  }

  /// The fences that are held now.
  public List<Fence> fences() {
    lock.lock();
    try {
      return List.copyOf(fences.values());
    } finally {
      lock.unlock();
    }
  }

  /// Whether the commit loop has given up the fences since the last call.
  public boolean takeGaveUp() {
    lock.lock();
    try {
      boolean was = gaveUp;
      gaveUp = false;
      return was;
    } finally {
      lock.unlock();
    }
  }

  /// Lets the commit loop end.
  void close() {
    lock.lock();
    try {
      closed = true;
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /// Waits for something to do; nothing after the time, or when closed.
  Work take(long maxWaitMillis) throws InterruptedException {
    lock.lock();
    try {
      taken = List.of();
      long leftNanos = TimeUnit.MILLISECONDS.toNanos(maxWaitMillis);
      while (waiting.isEmpty() && idle.isEmpty() && !closed && leftNanos > 0) {
        leftNanos = news.awaitNanos(leftNanos);
      }
      int count = Math.min(waiting.size(), MAX_BATCH_ENTRIES);
      taken = List.copyOf(waiting.subList(0, count));
      waiting = new ArrayList<>(waiting.subList(count, waiting.size()));
      waitingBytes = waiting.stream().mapToLong(Polled::bytes).sum();
      List<Idle> quiet = taken.isEmpty() ? List.copyOf(idle) : List.of();
      idle.clear();
      return new Work(taken, Map.copyOf(fences), quiet);
    } finally {
      lock.unlock();
    }
  }

  /// The fences have moved; one that was dropped or taken anew meanwhile stays as it is.
  void moved(List<Fence> fencesNow) {
    lock.lock();
    try {
      for (Fence now : fencesNow) {
        fences.computeIfPresent(
            now.partition(), (_, held) -> held.token() == now.token() ? now : held);
      }
    } finally {
      lock.unlock();
    }
  }

  /// All fences are void, and what waits will be read again.
  void giveUp() {
    lock.lock();
    try {
      fences.clear();
      waiting.clear();
      taken = List.of();
      waitingBytes = 0;
      gaveUp = true;
    } finally {
      lock.unlock();
    }
  }
}
