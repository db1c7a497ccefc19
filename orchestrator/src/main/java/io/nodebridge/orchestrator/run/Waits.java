package io.nodebridge.orchestrator.run;

import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.WorkflowOutcome;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Clients that wait for workflows to end, here where they are run. Each registers before its
/// request is on the log, so an end cannot come too early to be heard. Where nobody waits, an end
/// costs a look at an empty map.
public final class Waits implements AutoCloseable {
  private static final int MAX_WAITING = 10_000;

  private final Map<UUID, Set<Wait>> waiting = new ConcurrentHashMap<>();
  private final Semaphore room = new Semaphore(MAX_WAITING);
  private volatile boolean closed;

  /// What a wait brought.
  public sealed interface News {
    /// The terminal event is on the log, and nobody else's can count instead.
    record Ended(WorkflowOutcome outcome) implements News {}

    /// There is no outcome, and why.
    enum None implements News {
      /// The time is over, or the service stops.
      YET,
      /// It ended, but somebody else may have claimed the partition before.
      SURE,
      /// The partition is somebody else's.
      HERE
    }
  }

  /// Registers a client. It is to be closed whatever comes of it.
  ///
  /// @return null if too many wait: then this one is better answered at once
  public @Nullable Wait begin(UUID workflowId) {
    if (closed || !room.tryAcquire()) {
      return null;
    }
    Wait wait = new Wait(workflowId);
    waiting.compute(
        workflowId,
        (_, waits) -> {
          Set<Wait> all = waits == null ? ConcurrentHashMap.newKeySet() : waits;
          all.add(wait);
          return all;
        });
    if (closed) {
      wait.news.complete(News.None.YET);
    }
    return wait;
  }

  /// A terminal event is on the log.
  ///
  /// @param sure whether nobody can have claimed its partition before
  void ended(WorkflowOutcome outcome, boolean sure) {
    if (waiting.isEmpty()) {
      return;
    }
    tell(outcome.workflowId(), sure ? new News.Ended(outcome) : News.None.SURE);
  }

  /// A partition is somebody else's now.
  void lost(int partition) {
    for (UUID id : waiting.keySet()) {
      if (Topic.REQUESTS.partitionOf(id.toString()) == partition) {
        tell(id, News.None.HERE);
      }
    }
  }

  /// Nobody waits any more.
  @Override
  public void close() {
    closed = true;
    for (UUID id : waiting.keySet()) {
      tell(id, News.None.YET);
    }
  }

  private void tell(UUID id, News news) {
    Set<Wait> waits = waiting.remove(id);
    if (waits != null) {
      waits.forEach(wait -> wait.news.complete(news));
    }
  }

  /// One client's wait.
  public final class Wait implements AutoCloseable {
    private final UUID workflowId;
    private final CompletableFuture<News> news = new CompletableFuture<>();

    private Wait(UUID workflowId) {
      this.workflowId = workflowId;
    }

    /// Waits until there is news or `limitNanos` is over.
    public News news(long limitNanos) throws InterruptedException {
      try {
        return news.get(limitNanos, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        return News.None.YET;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      waiting.computeIfPresent(
          workflowId,
          (_, waits) -> {
            waits.remove(this);
            return waits.isEmpty() ? null : waits;
          });
      room.release();
    }
  }
}
