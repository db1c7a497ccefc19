package io.nodebridge.orchestrator.call;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tells of calls that take long, and cuts off those that take too long, on one thread for all of
/// them: whoever calls is blocked meanwhile.
final class CallTimer implements AutoCloseable {
  private static final Duration SLOW = Duration.ofMillis(20);

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("step-timer").daemon().factory());

  CallTimer() {
    // Nearly all calls end before they are slow.
    thread.setRemoveOnCancelPolicy(true);
  }

  /// A call begins.
  ///
  /// @param whenSlow run after 20 ms, unless the limit is shorter
  /// @param cutOff run at the limit
  Call begin(Duration limit, Runnable whenSlow, Runnable cutOff) {
    Call call = new Call(limit, whenSlow, cutOff);
    call.await();
    return call;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /// One call. Nothing is told of it any more once it has ended.
  final class Call {
    private final Duration limit;
    private final Runnable whenSlow;
    private final Runnable cutOff;

    // Guarded by this.
    private @Nullable Future<?> next;
    private boolean ended;
    private boolean over;

    private Call(Duration limit, Runnable whenSlow, Runnable cutOff) {
      this.limit = limit;
      this.whenSlow = whenSlow;
      this.cutOff = cutOff;
    }

    private synchronized void await() {
      next = limit.compareTo(SLOW) > 0 ? schedule(this::slow, SLOW) : schedule(this::late, limit);
    }

    private synchronized void slow() {
      if (!ended) {
        next = schedule(this::late, limit.minus(SLOW));
        whenSlow.run();
      }
    }

    private synchronized void late() {
      if (!ended) {
        over = true;
        cutOff.run();
      }
    }

    /// Whether it was cut off.
    synchronized boolean over() {
      return over;
    }

    synchronized void end() {
      ended = true;
      if (next != null) {
        next.cancel(false);
      }
    }

    private Future<?> schedule(Runnable task, Duration delay) {
      return thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
