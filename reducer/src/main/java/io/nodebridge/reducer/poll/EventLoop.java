package io.nodebridge.reducer.poll;

import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.introspection.service.CrashPoint;
import io.nodebridge.reducer.ReducerMeters;
import io.nodebridge.reducer.commit.Inbox;
import io.nodebridge.reducer.commit.Polled;
import io.nodebridge.reducer.fold.WindowKey;
import io.nodebridge.reducer.store.BatchStore;
import io.nodebridge.reducer.store.Fence;
import io.nodebridge.reducer.store.Positions;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Polls events and puts them in line for their commit, on one platform thread.
///
/// A partition is read only after it was claimed in Postgres and the reader was put where Postgres
/// says; until then it is paused. After any trouble with a commit every claim is given up and taken
/// anew, which tells what was committed. The group's offsets are written only so that lag shows.
///
/// A partition whose log no longer holds what comes next, or whose topic is not the one that its
/// position speaks of, is halted: what is missing can never be counted, so a person has to accept
/// it. It is looked at again and again, and goes on by itself once that was done.
public final class EventLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration POLL_WHEN_FULL = Duration.ofMillis(2);
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(5);
  private static final long EACH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LAST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Consumer<String, byte[]> consumer;
  private final TopicWatch topic;
  private final Positions positions;
  private final BatchStore store;
  private final Inbox inbox;
  private final ReducerMeters meters;
  private final Clock clock;
  private final Thread thread;

  // Owned by the loop's thread.
  private final Set<TopicPartition> halted = new HashSet<>();
  private final LagAge lagAge = new LagAge();
  private long lastEachNanos = System.nanoTime();
  private long pauseNanos;
  private long claimAgainNanos = System.nanoTime();
  private boolean full;

  private volatile boolean claimed;
  private volatile boolean anyHalted;
  private volatile boolean stopping;

  private EventLoop(
      Consumer<String, byte[]> consumer,
      TopicWatch topic,
      Positions positions,
      BatchStore store,
      Inbox inbox,
      ReducerMeters meters,
      Clock clock) {
    this.consumer = consumer;
    this.topic = topic;
    this.positions = positions;
    this.store = store;
    this.inbox = inbox;
    this.meters = meters;
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("events").unstarted(this::loop);
  }

  /// Starts polling.
  public static EventLoop start(
      Consumer<String, byte[]> consumer,
      TopicWatch topic,
      Positions positions,
      BatchStore store,
      Inbox inbox,
      ReducerMeters meters,
      Clock clock) {
    EventLoop loop = new EventLoop(consumer, topic, positions, store, inbox, meters, clock);
    loop.thread.start();
    return loop;
  }

  /// Whether every assigned partition is claimed.
  public boolean ready() {
    return claimed && thread.isAlive();
  }

  /// Whether an assigned partition waits for a person to accept what is missing from its log.
  public boolean anyHalted() {
    return anyHalted;
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
        if (inbox.takeGaveUp()) {
          List<TopicPartition> unclaimed = unclaimed();
          claimed = claimed && unclaimed.isEmpty();
          consumer.pause(unclaimed);
          backOff();
        }
        claimWhatIsMissing();
        pauseWhenFull();
        ConsumerRecords<String, byte[]> polled = poll();
        if (!polled.isEmpty()) {
          offer(polled, System.nanoTime());
        }
        eachSecond();
      }
    } catch (WakeupException e) {
      LOG.debug("woken to stop", e);
    }
  }

  private ConsumerRecords<String, byte[]> poll() {
    try {
      return consumer.poll(full ? POLL_WHEN_FULL : POLL);
    } catch (OffsetOutOfRangeException e) {
      // The next claim finds out why, and whether it is for good.
      giveUp(e.offsetOutOfRangePartitions().keySet());
      backOff();
    }
    return ConsumerRecords.empty();
  }

  private void offer(ConsumerRecords<String, byte[]> records, long polledNanos) {
    List<Polled> polled = new ArrayList<>(records.count());
    for (ConsumerRecord<String, byte[]> event : records) {
      HopStamps hops = HopStamps.readFrom(event.headers());
      polled.add(
          new Polled(
              EntryReader.read(event),
              reason -> EntryReader.dead(event, reason),
              hops.nanos().length == 0 ? hops : hops.at(polledNanos),
              event.serializedKeySize() + event.serializedValueSize(),
              event.timestamp()));
    }
    CrashPoint.at("reducer.polled");
    inbox.offer(polled);
  }

  private void pauseWhenFull() {
    boolean now = inbox.full();
    if (now == full) {
      return;
    }
    full = now;
    if (full) {
      consumer.pause(consumer.assignment());
    } else {
      consumer.resume(inbox.fences().stream().map(f -> partition(f.partition())).toList());
    }
  }

  // Claims may be given up while others are taken: what was claimed after that is ours, and read
  // on. Paused, it would stay so, because only a claim resumes.
  private List<TopicPartition> unclaimed() {
    Set<Integer> held = inbox.fences().stream().map(Fence::partition).collect(Collectors.toSet());
    return consumer.assignment().stream().filter(p -> !held.contains(p.partition())).toList();
  }

  // Polling goes on between two tries, so that the group keeps its member.
  private void claimWhatIsMissing() {
    if (System.nanoTime() - claimAgainNanos < 0) {
      return;
    }
    List<TopicPartition> missing = unclaimed();
    if (missing.isEmpty()) {
      return;
    }
    try {
      boolean gone = topic.goneNow();
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(missing, ASK_TIMEOUT);
      Map<TopicPartition, Long> ends = consumer.endOffsets(missing, ASK_TIMEOUT);
      for (TopicPartition partition : missing) {
        UUID former = positions.formerTopic(topic.topicId(), partition.partition());
        if (gone || former != null) {
          halt(
              partition,
              "its topic is not the one that was folded until now, "
                  + (former == null ? topic.topicId() : former));
          continue;
        }
        long start = starts.getOrDefault(partition, 0L);
        Fence fence = store.claim(partition.partition(), start);
        if (fence.nextOffset() < start || fence.nextOffset() > ends.getOrDefault(partition, 0L)) {
          halt(
              partition,
              "offset %d comes next, and the log holds %d to %d"
                  .formatted(fence.nextOffset(), start, ends.get(partition)));
          continue;
        }
        CrashPoint.at("reducer.claimed");
        consumer.seek(partition, fence.nextOffset());
        inbox.hold(fence);
        halted.remove(partition);
        if (!full) {
          consumer.resume(List.of(partition));
        }
      }
      claimed = halted.isEmpty();
      pauseNanos = 0;
      LOG.atInfo().addKeyValue("partitions", missing.size() - halted.size()).log("claimed");
    } catch (SQLException | RetriableException e) {
      LOG.atWarn().setCause(e).log("partitions could not be claimed yet");
      backOff();
    }
    tellHalted();
  }

  private void halt(TopicPartition partition, String why) {
    claimAgainNanos = System.nanoTime() + LAST_PAUSE_NANOS;
    if (halted.add(partition)) {
      LOG.atError()
          .addKeyValue("partition", partition.partition())
          .addKeyValue("reason", why)
          .log("the partition is halted until a person accepts what is missing");
    }
  }

  private void tellHalted() {
    anyHalted = !halted.isEmpty();
    meters.halted(halted.size());
  }

  private void giveUp(Collection<TopicPartition> partitions) {
    claimed = false;
    consumer.pause(partitions);
    inbox.drop(partitions.stream().map(TopicPartition::partition).toList());
  }

  private void backOff() {
    pauseNanos = Math.clamp(2 * pauseNanos, FIRST_PAUSE_NANOS, LAST_PAUSE_NANOS);
    claimAgainNanos = System.nanoTime() + pauseNanos;
  }

  private void eachSecond() {
    if (System.nanoTime() - lastEachNanos < EACH_NANOS) {
      return;
    }
    lastEachNanos = System.nanoTime();
    topic.look();
    if (topic.gone()) {
      giveUp(consumer.assignment());
    }
    List<Fence> fences = inbox.fences();
    tellLag(fences);
    meters.watermarks(fences, clock.millis());
    tellIdle(fences);
    if (!fences.isEmpty()) {
      consumer.commitAsync(
          fences.stream()
              .collect(
                  Collectors.toMap(
                      f -> partition(f.partition()), f -> new OffsetAndMetadata(f.nextOffset()))),
          (_, failure) -> {
            if (failure != null) {
              LOG.debug("the lag could not be shown", failure);
            }
          });
    }
  }

  private void tellLag(List<Fence> fences) {
    Set<Integer> assigned =
        consumer.assignment().stream().map(TopicPartition::partition).collect(Collectors.toSet());
    Inbox.Uncommitted uncommitted = inbox.uncommitted();
    long unpolled =
        consumer.assignment().stream().mapToLong(p -> consumer.currentLag(p).orElse(0)).sum();
    meters.lag(
        unpolled + uncommitted.records(),
        lagAge.millis(
            assigned,
            fences.stream().map(Fence::partition).collect(Collectors.toSet()),
            uncommitted.oldestMillis(),
            clock.millis()));
  }

  // Only a partition with open windows has something to close, and only a fresh end of its log says
  // that nothing is on its way.
  private void tellIdle(List<Fence> fences) {
    long nowMillis = clock.millis();
    Map<TopicPartition, Fence> waiting =
        fences.stream()
            .filter(f -> !f.state().open().isEmpty())
            .filter(f -> f.state().watermarkMillis() < nowMillis - WindowKey.LATENESS_MILLIS)
            .collect(Collectors.toMap(f -> partition(f.partition()), f -> f));
    if (waiting.isEmpty()) {
      return;
    }
    try {
      inbox.idle(
          consumer.endOffsets(waiting.keySet(), ASK_TIMEOUT).entrySet().stream()
              .map(end -> new Inbox.Idle(end.getKey().partition(), end.getValue(), nowMillis))
              .toList());
    } catch (RetriableException e) {
      LOG.debug("the log's end is not known; windows close later", e);
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
      partitions.forEach(halted::remove);
      tellHalted();
      inbox.drop(partitions.stream().map(TopicPartition::partition).toList());
    }
  }
}
