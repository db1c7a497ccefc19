package io.nodebridge.introspection.http;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.nodebridge.events.message.InvalidMessageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.regex.Pattern;

/// The last entries of a feed for the rig, numbered from 0; the oldest fall out, and a reader is
/// told how many it missed.
public final class FeedRing<E> {
  private static final int MAX_PAGE = 4_096;
  private static final long LONG_POLL_MILLIS = 1_000;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}|" + Long.MAX_VALUE);

  private final int capacity;
  private final List<E> ring;
  private final Lock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private long next;

  /// What was added since a reader's last call.
  ///
  /// @param next the `after` of the next call
  /// @param lost how many the ring had already dropped
  public record Page<E>(long next, long lost, List<E> entries) {

    public Page {
      entries = List.copyOf(entries);
    }
  }

  public FeedRing(int capacity) {
    this.capacity = capacity;
    // Of its full size at once: what grows later is a leak to whoever looks for one.
    this.ring = new ArrayList<>(capacity);
  }

  public void add(List<E> entries) {
    lock.lock();
    try {
      for (E entry : entries) {
        if (ring.size() < capacity) {
          ring.add(entry);
        } else {
          ring.set((int) (next % capacity), entry);
        }
        next++;
      }
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Serves `GET path?after=n`, a long poll that answers at once on news.
  public void routes(HttpRouting.Builder routing, String path, Function<Page<E>, byte[]> toJson) {
    routing.get(
        path,
        (request, response) -> {
          String after = request.query().first("after").orElse("0");
          if (!NUMBER.matcher(after).matches()) {
            throw new InvalidMessageException("after", after, "must be a whole number from 0");
          }
          HttpEdge.sendJson(
              response,
              Status.OK_200,
              toJson.apply(after(Long.parseLong(after), LONG_POLL_MILLIS)));
        });
  }

  /// The entries from number `after` on; waits for the first of them up to the given time.
  Page<E> after(long after, long maxWaitMillis) throws InterruptedException {
    lock.lock();
    try {
      if (after > next) {
        // The reader counts from an earlier process, whose entries are gone.
        return new Page<>(next, after - next, List.of());
      }
      long leftNanos = TimeUnit.MILLISECONDS.toNanos(maxWaitMillis);
      while (next <= after && leftNanos > 0) {
        leftNanos = news.awaitNanos(leftNanos);
      }
      long oldest = Math.max(0, next - capacity);
      long first = Math.max(after, oldest);
      long end = Math.min(next, first + MAX_PAGE);
      List<E> entries = new ArrayList<>();
      for (long number = first; number < end; number++) {
        entries.add(ring.get((int) (number % capacity)));
      }
      return new Page<>(Math.max(end, after), first - after, entries);
    } finally {
      lock.unlock();
    }
  }
}
