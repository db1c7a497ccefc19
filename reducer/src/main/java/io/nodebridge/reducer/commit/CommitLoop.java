package io.nodebridge.reducer.commit;

import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.message.CommitPage.Commit;
import io.nodebridge.introspection.http.FeedRing;
import io.nodebridge.introspection.service.CrashPoint;
import io.nodebridge.reducer.ReducerMeters;
import io.nodebridge.reducer.fold.Batch;
import io.nodebridge.reducer.fold.LogEntry;
import io.nodebridge.reducer.fold.PartitionState;
import io.nodebridge.reducer.fold.WorkflowChange;
import io.nodebridge.reducer.serve.Waiters;
import io.nodebridge.reducer.store.BatchStore;
import io.nodebridge.reducer.store.EndedBeforeException;
import io.nodebridge.reducer.store.Fence;
import io.nodebridge.reducer.store.FenceLostException;
import io.nodebridge.reducer.store.UnstorableException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes what waits, folds it, commits it; on one platform thread.
///
/// Why a crash or a stall between any two lines is safe: nothing is kept here but the fences with
/// the state that Postgres holds too. Before the commit's return the state is the old one; after
/// it, the one that was committed; if the outcome is unknown, every fence is given up, and the next
/// claim reads what is true.
public final class CommitLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CommitLoop.class);
  private static final long WAIT_MILLIS = 200;

  private final Inbox inbox;
  private final BatchStore store;
  private final Waiters waiters;
  private final @Nullable FeedRing<Commit> ring;
  private final ReducerMeters meters;
  private final Clock clock;
  private final Thread thread;

  private CommitLoop(
      Inbox inbox,
      BatchStore store,
      Waiters waiters,
      @Nullable FeedRing<Commit> ring,
      ReducerMeters meters,
      Clock clock) {
    this.inbox = inbox;
    this.store = store;
    this.waiters = waiters;
    this.ring = ring;
    this.meters = meters;
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("commits").unstarted(this::loop);
  }

  /// Starts committing.
  ///
  /// @param ring where commits are told while measuring; null otherwise
  public static CommitLoop start(
      Inbox inbox,
      BatchStore store,
      Waiters waiters,
      @Nullable FeedRing<Commit> ring,
      ReducerMeters meters,
      Clock clock) {
    CommitLoop loop = new CommitLoop(inbox, store, waiters, ring, meters, clock);
    loop.thread.start();
    return loop;
  }

  public boolean alive() {
    return thread.isAlive();
  }

  /// Ends behind the commit that is under way.
  @Override
  public void close() {
    inbox.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    try {
      while (true) {
        Inbox.Work work = inbox.take(WAIT_MILLIS);
        if (!work.entries().isEmpty()) {
          commit(work.entries(), new HashMap<>(work.fences()));
        } else if (inbox.isClosed()) {
          return;
        }
        for (Inbox.Idle idle : work.idle()) {
          advance(idle, work.fences().get(idle.partition()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // False: the fences are given up, and what was not committed will be read again.
  private boolean commit(List<Polled> polled, Map<Integer, Fence> fences) {
    List<Polled> entries = new ArrayList<>(polled);
    int from = 0;
    Set<UUID> known = Set.of();
    while (from < entries.size()) {
      List<Polled> rest = entries.subList(from, entries.size());
      Batch batch;
      try {
        batch = Batch.fold(rest.stream().map(Polled::entry).toList(), before(fences, known));
      } catch (RuntimeException e) {
        return commitWithout(rest, new UnstorableException(e), fences);
      }
      List<Polled> folded = rest.subList(0, batch.entries());
      long beginNanos = System.nanoTime();
      try {
        CrashPoint.at("reducer.folded");
        List<Fence> moved = store.write(batch, fences, known);
        CrashPoint.at("reducer.committed");
        moved.forEach(fence -> fences.put(fence.partition(), fence));
        inbox.moved(moved);
        tell(batch, folded, beginNanos, System.nanoTime());
        from += folded.size();
        known = Set.of();
      } catch (EndedBeforeException e) {
        LOG.debug("repeated ends; folding again", e);
        Map<UUID, String> bodies = ended(batch);
        if (bodies.isEmpty()) {
          return false;
        }
        entries.replaceAll(entry -> withoutConflict(entry, bodies));
        known = bodies.keySet();
      } catch (UnstorableException e) {
        if (!commitWithout(folded, e, fences)) {
          return false;
        }
        from += folded.size();
        known = Set.of();
      } catch (FenceLostException e) {
        meters.fenceLost();
        LOG.atWarn().setCause(e).log("fence lost; claiming again");
        inbox.giveUp();
        return false;
      } catch (SQLException e) {
        LOG.atWarn().setCause(e).log("the outcome of a commit is unknown; claiming again");
        inbox.giveUp();
        return false;
      }
    }
    return true;
  }

  private Batch.Before before(Map<Integer, Fence> fences, Set<UUID> known) {
    Map<Integer, PartitionState> states = new HashMap<>();
    fences.forEach((partition, fence) -> states.put(partition, fence.state()));
    return new Batch.Before(states, known, clock.instant());
  }

  // What is about another request than the row of its workflow id is parked, and told.
  private static Polled withoutConflict(Polled entry, Map<UUID, String> bodies) {
    if (entry.entry() instanceof LogEntry.Fact fact) {
      UUID id = fact.event().workflowId();
      String body = bodies.get(id);
      if (body != null && !body.equals(fact.event().bodyHash())) {
        return entry.as(
            entry
                .asDead()
                .because(
                    "idempotency conflict: workflow "
                        + id
                        + " was requested before with another body"));
      }
    }
    return entry;
  }

  // Empty if the database does not say; then the fences are given up.
  private Map<UUID, String> ended(Batch batch) {
    try {
      Map<UUID, String> ended = store.ended(batch);
      if (!ended.isEmpty()) {
        return ended;
      }
      LOG.error("the database refused a workflow's end, and knows of none; claiming again");
    } catch (SQLException e) {
      LOG.atWarn().setCause(e).log("repeated ends could not be asked for; claiming again");
    }
    inbox.giveUp();
    return Map.of();
  }

  // Halves the batch until the one entry is found that cannot be stored, and parks that one.
  private boolean commitWithout(
      List<Polled> entries, UnstorableException refusal, Map<Integer, Fence> fences) {
    if (entries.size() > 1) {
      int half = entries.size() / 2;
      return commit(entries.subList(0, half), fences)
          && commit(entries.subList(half, entries.size()), fences);
    }
    Polled only = entries.getFirst();
    if (only.entry() instanceof LogEntry.Dead dead) {
      LOG.atError()
          .setCause(refusal)
          .addKeyValue("partition", dead.partition())
          .addKeyValue("offset", dead.offset())
          .log("a dead letter cannot be stored; its partition waits");
      inbox.giveUp();
      return false;
    }
    LogEntry.Dead dead = only.asDead().because(String.valueOf(refusal.getMessage()));
    return commit(List.of(only.as(dead)), fences);
  }

  private void tell(Batch batch, List<Polled> folded, long beginNanos, long committedNanos) {
    meters.committed(batch, committedNanos - beginNanos);
    waiters.committed(batch.changes().stream().map(WorkflowChange::workflowId).toList());
    if (ring == null) {
      return;
    }
    List<Commit> commits = new ArrayList<>();
    for (Polled polled : folded) {
      if (polled.entry() instanceof LogEntry.Fact fact && fact.event().state().terminal()) {
        HopStamps hops = polled.hops().at(beginNanos).at(committedNanos);
        commits.add(
            new Commit(fact.event().workflowId(), Arrays.stream(hops.nanos()).boxed().toList()));
      }
    }
    if (!commits.isEmpty()) {
      ring.add(commits);
    }
  }

  // Windows close by the clock where the log holds nothing more.
  private void advance(Inbox.Idle idle, @Nullable Fence fence) {
    if (fence == null
        || fence.nextOffset() != idle.endOffset()
        || fence.state().watermarkMillis() >= idle.nowMillis()) {
      return;
    }
    try {
      inbox.moved(List.of(store.advance(fence, idle.nowMillis())));
    } catch (FenceLostException | SQLException e) {
      LOG.atWarn().setCause(e).log("a watermark could not be moved; claiming again");
      inbox.giveUp();
    }
  }
}
