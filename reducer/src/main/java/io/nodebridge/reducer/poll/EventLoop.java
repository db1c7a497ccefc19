package io.nodebridge.reducer.poll;

import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.CommitPage.Commit;
import io.nodebridge.reducer.ReducerMeters;
import io.nodebridge.reducer.fold.Batch;
import io.nodebridge.reducer.fold.LogEntry;
import io.nodebridge.reducer.fold.WorkflowChange;
import io.nodebridge.reducer.serve.CommitRing;
import io.nodebridge.reducer.serve.Waiters;
import io.nodebridge.reducer.store.BatchStore;
import io.nodebridge.reducer.store.Claim;
import io.nodebridge.reducer.store.FenceLostException;
import io.nodebridge.reducer.store.UnstorableException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Polls events, folds what it got, and commits it, on one platform thread: what arrives while a
/// commit runs is the next batch.
///
/// A partition is read only after it was claimed in Postgres and the reader was put where Postgres
/// says; until then it is paused. After any trouble with a commit every claim is given up and taken
/// anew, which tells what was committed. The group's offsets are written only so that lag shows.
public final class EventLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(5);
  private static final long SHOW_LAG_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LAST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Consumer<String, byte[]> consumer;
  private final BatchStore store;
  private final Waiters waiters;
  private final @Nullable CommitRing ring;
  private final ReducerMeters meters;
  private final Thread thread;

  // Owned by the loop's thread.
  private final Map<Integer, Claim> claims = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
  private final Set<TopicPartition> halted = new HashSet<>();
  private long lastShownNanos = System.nanoTime();
  private long pauseNanos;
  private long claimAgainNanos = System.nanoTime();

  private volatile boolean claimed;
  private volatile boolean stopping;

  private EventLoop(
      Consumer<String, byte[]> consumer,
      BatchStore store,
      Waiters waiters,
      @Nullable CommitRing ring,
      ReducerMeters meters) {
    this.consumer = consumer;
    this.store = store;
    this.waiters = waiters;
    this.ring = ring;
    this.meters = meters;
    this.thread = Thread.ofPlatform().name("events").unstarted(this::loop);
  }

  /// Starts folding.
  ///
  /// @param ring where commits are told while measuring; null otherwise
  public static EventLoop start(
      Consumer<String, byte[]> consumer,
      BatchStore store,
      Waiters waiters,
      @Nullable CommitRing ring,
      ReducerMeters meters) {
    EventLoop loop = new EventLoop(consumer, store, waiters, ring, meters);
    loop.thread.start();
    return loop;
  }

  /// Whether every assigned partition is claimed and none is halted.
  public boolean ready() {
    return claimed && thread.isAlive();
  }

  @Override
  public void close() {
    stopping = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    try (consumer) {
      consumer.subscribe(Set.of(Topic.EVENTS.topicName()), new Rebalance());
      while (!stopping) {
        claimWhatIsMissing();
        ConsumerRecords<String, byte[]> polled = poll();
        if (!polled.isEmpty()) {
          commit(polled, System.nanoTime());
        }
        showLag();
      }
    } catch (WakeupException e) {
      LOG.debug("woken to stop", e);
    } catch (KafkaException e) {
      LOG.error("the event loop ended; readiness is off", e);
    }
  }

  private ConsumerRecords<String, byte[]> poll() {
    try {
      return consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      // What is missing from the log can never be counted: halt there and let a person decide.
      for (TopicPartition partition : e.offsetOutOfRangePartitions().keySet()) {
        halted.add(partition);
        claims.remove(partition.partition());
        consumer.pause(List.of(partition));
        LOG.atError()
            .addKeyValue("partition", partition.partition())
            .addKeyValue("offset", e.offsetOutOfRangePartitions().get(partition))
            .log("the log no longer holds what has to be folded next; the partition is halted");
      }
      claimed = false;
    }
    return ConsumerRecords.empty();
  }

  private void commit(ConsumerRecords<String, byte[]> polled, long polledNanos) {
    List<Read> reads = new ArrayList<>(polled.count());
    for (ConsumerRecord<String, byte[]> event : polled) {
      reads.add(new Read(event, EntryReader.read(event)));
    }
    commit(reads, polledNanos);
  }

  // False: the claims are given up, and what was not committed will be read again.
  private boolean commit(List<Read> reads, long polledNanos) {
    int from = 0;
    while (from < reads.size()) {
      List<Read> rest = reads.subList(from, reads.size());
      Batch batch = Batch.fold(rest.stream().map(Read::entry).toList());
      List<Read> folded = rest.subList(0, batch.entries());
      if (!commit(batch, folded, polledNanos)) {
        return false;
      }
      from += folded.size();
    }
    return true;
  }

  private boolean commit(Batch batch, List<Read> reads, long polledNanos) {
    long beginNanos = System.nanoTime();
    List<Claim> moved;
    try {
      moved = store.write(batch, claims);
    } catch (FenceLostException e) {
      meters.fenceLost();
      LOG.atWarn().setCause(e).log("fence lost; claiming again");
      giveUpClaims();
      return false;
    } catch (UnstorableException e) {
      return commitWithout(reads, e, polledNanos);
    } catch (SQLException e) {
      LOG.atWarn().setCause(e).log("the outcome of a commit is unknown; claiming again");
      giveUpClaims();
      backOff();
      return false;
    }
    long committedNanos = System.nanoTime();
    pauseNanos = 0;
    for (Claim claim : moved) {
      claims.put(claim.partition(), claim);
      committed.put(partition(claim.partition()), new OffsetAndMetadata(claim.nextOffset()));
    }
    meters.committed(batch, committedNanos - beginNanos);
    waiters.committed(batch.changes().stream().map(WorkflowChange::workflowId).toList());
    tell(reads, polledNanos, beginNanos, committedNanos);
    return true;
  }

  // Halves the batch until the one entry is found that cannot be stored, and parks that one.
  private boolean commitWithout(List<Read> reads, UnstorableException refusal, long polledNanos) {
    if (reads.size() > 1) {
      int half = reads.size() / 2;
      return commit(reads.subList(0, half), polledNanos)
          && commit(reads.subList(half, reads.size()), polledNanos);
    }
    Read only = reads.getFirst();
    if (only.entry() instanceof LogEntry.Dead) {
      LOG.atError()
          .setCause(refusal)
          .addKeyValue("partition", only.event().partition())
          .addKeyValue("offset", only.event().offset())
          .log("a dead letter cannot be stored; its partition waits");
      giveUpClaims();
      backOff();
      return false;
    }
    String reason = String.valueOf(refusal.getMessage());
    return commit(
        List.of(new Read(only.event(), EntryReader.dead(only.event(), reason))), polledNanos);
  }

  /// A record and what was read in it.
  private record Read(ConsumerRecord<String, byte[]> event, LogEntry entry) {}

  private void tell(List<Read> reads, long polledNanos, long beginNanos, long committedNanos) {
    if (ring == null) {
      return;
    }
    List<Commit> commits = new ArrayList<>();
    for (Read read : reads) {
      if (read.entry() instanceof LogEntry.Fact fact && fact.event().state().terminal()) {
        HopStamps hops =
            HopStamps.readFrom(read.event().headers())
                .at(polledNanos)
                .at(beginNanos)
                .at(committedNanos);
        commits.add(
            new Commit(fact.event().workflowId(), Arrays.stream(hops.nanos()).boxed().toList()));
      }
    }
    if (!commits.isEmpty()) {
      ring.add(commits);
    }
  }

  // Polling goes on between two tries, so that the group keeps its member.
  private void claimWhatIsMissing() {
    List<TopicPartition> missing =
        consumer.assignment().stream()
            .filter(p -> !claims.containsKey(p.partition()) && !halted.contains(p))
            .toList();
    if (missing.isEmpty() || System.nanoTime() - claimAgainNanos < 0) {
      return;
    }
    try {
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(missing, CLAIM_TIMEOUT);
      for (TopicPartition partition : missing) {
        Claim claim = store.claim(partition.partition(), starts.getOrDefault(partition, 0L));
        consumer.seek(partition, claim.nextOffset());
        claims.put(partition.partition(), claim);
        consumer.resume(List.of(partition));
      }
      claimed = halted.isEmpty();
      LOG.atInfo().addKeyValue("partitions", missing.size()).log("partitions claimed");
    } catch (SQLException | RetriableException e) {
      LOG.atWarn().setCause(e).log("partitions could not be claimed yet");
      backOff();
    }
  }

  private void giveUpClaims() {
    claimed = false;
    claims.clear();
    consumer.pause(consumer.assignment());
  }

  private void backOff() {
    pauseNanos = Math.clamp(2 * pauseNanos, FIRST_PAUSE_NANOS, LAST_PAUSE_NANOS);
    claimAgainNanos = System.nanoTime() + pauseNanos;
  }

  private void showLag() {
    if (System.nanoTime() - lastShownNanos < SHOW_LAG_NANOS) {
      return;
    }
    lastShownNanos = System.nanoTime();
    meters.lag(
        consumer.assignment().stream().mapToLong(p -> consumer.currentLag(p).orElse(0)).sum());
    if (!committed.isEmpty()) {
      consumer.commitAsync(
          Map.copyOf(committed),
          (_, failure) -> {
            if (failure != null) {
              LOG.debug("the lag could not be shown", failure);
            }
          });
      committed.clear();
    }
  }

  private static TopicPartition partition(int number) {
    return new TopicPartition(Topic.EVENTS.topicName(), number);
  }

  private final class Rebalance implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // Paused at any offset, so that nothing is read before the claim says from where.
      partitions.forEach(partition -> consumer.seek(partition, 0));
      consumer.pause(partitions);
      claimed = claimed && partitions.isEmpty();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        claims.remove(partition.partition());
        committed.remove(partition);
        halted.remove(partition);
      }
    }
  }
}
