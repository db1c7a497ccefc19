package io.nodebridge.orchestrator.run;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.introspection.service.CrashPoint;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.call.StepClient;
import io.nodebridge.orchestrator.decide.Catalogue;
import io.nodebridge.orchestrator.own.Partition;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Claims the partitions that the group gives it, polls their requests on one platform thread, and
/// lets at most `maxInFlight` workflows run; a cancellation needs no room. Steps of the
/// orchestrator's own run on that thread, calls of workers on virtual ones. A partition with many
/// requests that have to wait is paused, so nothing queues without bound.
public final class RequestLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLoop.class);
  private static final String GROUP = "nodebridge-orchestrator";
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long DISPATCH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int PARTITIONS = Topic.REQUESTS.partitions();
  private static final int CLAIM_FETCH_MILLIS = 10;
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(5);
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long LOOK_MILLIS = 20;
  private static final Duration LOOK = Duration.ofMillis(LOOK_MILLIS);

  // A partition runs ahead of its first unfinished request by so much at most. It remembers more
  // than that, so that a takeover knows of every request behind the committed offset that has
  // ended.
  private static final long MAX_SPREAD = 5_000;
  private static final int MEMORY = 20_000;

  /// What the loop is told once.
  ///
  /// @param topicId the request topic's id, part of every derived id
  /// @param source the `ce_source` of what this process writes
  public record Settings(
      String nodeId, Uuid topicId, int maxInFlight, int maxContentBytes, String source) {}

  private final Consumer<String, byte[]> consumer;
  private final Claims claims;
  private final Claimer claimer;
  private final Backlog backlog;
  private final Catalogue definitions;
  private final Settings settings;
  private final OwnedPartition.Shared shared;
  private final Semaphore free;
  private final ExecutorService threads;
  private final Future<?> rehearsal;
  private final Thread thread;
  private final OwnedPartitions owned = new OwnedPartitions();
  private final Offsets offsets;

  // Owned by the loop's thread.
  private final Map<Integer, Line> waiting = new HashMap<>();
  private long lastTickNanos = System.nanoTime();
  private int lastTurn;

  private volatile boolean assigned;
  private volatile boolean allClaimed;
  private volatile boolean stopping;

  private RequestLoop(
      KafkaClients kafka,
      Producer<String, byte[]> producer,
      StepClient steps,
      Future<?> rehearsal,
      Catalogue definitions,
      Settings settings,
      OrchestratorMeters meters,
      Clock clock) {
    this.consumer = kafka.consumer(settings.nodeId(), GROUP, "none");
    this.offsets = new Offsets(consumer, owned, kafka.sessionTimeout());
    this.claims =
        new Claims(
            kafka.reader(settings.nodeId() + "-claims", "none", CLAIM_FETCH_MILLIS), producer);
    this.claimer = new Claimer(consumer, claims, settings, MEMORY, clock);
    this.backlog = new Backlog(consumer, kafka.admin(settings.nodeId() + "-backlog"));
    this.rehearsal = rehearsal;
    this.definitions = definitions;
    this.settings = settings;
    this.free = new Semaphore(settings.maxInFlight());
    this.threads = Executors.newVirtualThreadPerTaskExecutor();
    this.shared =
        new OwnedPartition.Shared(
            producer,
            new StepRunner(steps, clock),
            threads,
            meters,
            owned.waits(),
            settings.topicId(),
            settings.maxContentBytes(),
            clock);
    this.thread = Thread.ofPlatform().name("requests").unstarted(this::loop);
  }

  /// Starts polling.
  ///
  /// @param rehearsal the group is joined when it is done: whoever has the partitions until then
  ///   runs what they hold
  public static RequestLoop start(
      KafkaClients kafka,
      Producer<String, byte[]> producer,
      StepClient steps,
      Future<?> rehearsal,
      Catalogue definitions,
      Settings settings,
      OrchestratorMeters meters,
      Clock clock) {
    RequestLoop loop =
        new RequestLoop(kafka, producer, steps, rehearsal, definitions, settings, meters, clock);
    loop.thread.start();
    return loop;
  }

  /// Whether the group has given this process its partitions, all are claimed that can be, and the
  /// loop lives.
  public boolean ready() {
    return assigned && allClaimed && thread.isAlive() && !stopping;
  }

  /// Whether there is a partition that is run, if there is one at all.
  public boolean healthy() {
    return halted().isEmpty() || owned.anyRuns();
  }

  /// Which partitions wait for a person and why, sorted; empty if none does.
  public List<String> halted() {
    Map<Integer, String> reasons = new TreeMap<>(claimer.gaps());
    reasons.putAll(owned.halted());
    return reasons.entrySet().stream()
        .map(halted -> "partition %d is halted: %s".formatted(halted.getKey(), halted.getValue()))
        .toList();
  }

  /// Workflows that run now.
  public int inFlight() {
    return settings.maxInFlight() - free.availablePermits();
  }

  /// Requests that wait to be run in partitions that are here, halted ones aside.
  public long backlogRecords() {
    return backlog.records();
  }

  /// Whether more requests wait than will be run soon, so that further ones are better refused.
  public boolean overloaded() {
    return backlog.tooLong();
  }

  /// The partitions that are here.
  public OwnedPartitions partitions() {
    return owned;
  }

  /// Stops polling, lets what runs end, commits, leaves the group; again it does nothing.
  @Override
  public void close() {
    stopping = true;
    rehearsal.cancel(true);
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    try (consumer;
        claims;
        backlog) {
      rehearsal.get();
      consumer.subscribe(Set.of(Topic.REQUESTS.topicName()), new Rebalance());
      while (!stopping) {
        Claimer.Won won = claimer.goOn();
        if (won != null) {
          own(won);
        }
        allClaimed = claimer.done();
        poll();
        dispatch();
        tickWhenDue();
        offsets.commitWhenDue();
      }
      drain();
      offsets.commit();
      // Not for ever: the broker may be going down as well.
      consumer.close(CloseOptions.timeout(ASK_TIMEOUT));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CancellationException e) {
      LOG.debug("told to stop in the rehearsal", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the rehearsal failed", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private void poll() {
    boolean busy = claimer.busy() || waiting.keySet().stream().anyMatch(this::goesOn);
    try {
      ConsumerRecords<String, byte[]> records = consumer.poll(busy ? Duration.ZERO : POLL);
      long nanos = System.nanoTime();
      for (ConsumerRecord<String, byte[]> polled : records) {
        waiting
            .computeIfAbsent(polled.partition(), _ -> new Line())
            .add(new Line.Polled(polled, nanos));
      }
    } catch (OffsetOutOfRangeException e) {
      // The next claim finds out why, and tells a person.
      Set<TopicPartition> gone = e.offsetOutOfRangePartitions().keySet();
      consumer.pause(gone);
      drop(gone);
      claimer.add(numbers(gone));
    } catch (WakeupException e) {
      LOG.debug("woken to stop", e);
    }
  }

  // In turns, so that one partition's backlog does not hold up the others; not for long, so that
  // the group hears of us however long the log takes to accept events.
  private void dispatch() throws InterruptedException {
    long end = System.nanoTime() + DISPATCH_NANOS;
    boolean moved = true;
    boolean full = false;
    while (moved && !stopping && System.nanoTime() - end < 0) {
      moved = false;
      int begin = lastTurn + 1;
      for (int turn = 0; turn < PARTITIONS; turn++) {
        int number = (begin + turn) % PARTITIONS;
        Line line = waiting.get(number);
        OwnedPartition partition = owned.get(number);
        if (line == null || line.isEmpty() || partition == null || !goesOn(number)) {
          continue;
        }
        Line.Polled next = line.first();
        if (OwnedPartition.cancels(next.value())) {
          partition.polledCancel(next.value());
        } else {
          full = full || !free.tryAcquire(moved ? 0 : LOOK_MILLIS, TimeUnit.MILLISECONDS);
          if (full) {
            continue;
          }
          lastTurn = number;
          if (!partition.polled(next.value(), next.nanos())) {
            free.release();
          }
        }
        line.removeFirst();
        moved = true;
      }
    }
    pauseWhatTakesNoMore();
  }

  private boolean goesOn(int number) {
    OwnedPartition partition = owned.get(number);
    return partition != null && partition.halted() == null && partition.spread() < MAX_SPREAD;
  }

  // A paused one is read again only when the broker has answered the fetch that it is no part of,
  // half a second later on quiet partitions: what waits for less than that is better kept here.
  private void pauseWhatTakesNoMore() {
    waiting.values().removeIf(Line::isEmpty);
    for (TopicPartition partition : consumer.assignment()) {
      if (takesMore(partition.partition())) {
        consumer.resume(List.of(partition));
      } else {
        consumer.pause(List.of(partition));
      }
    }
  }

  // Nothing of a partition that does not go on is polled: nobody knows for how long.
  private boolean takesMore(int number) {
    Line line = waiting.get(number);
    return goesOn(number) && (line == null || !line.isLong());
  }

  private void own(Claimer.Won won) {
    CrashPoint.at("orchestrator.claimed");
    int number = won.events().partition();
    TopicPartition partition = new TopicPartition(Topic.REQUESTS.topicName(), number);
    consumer.seek(partition, won.claimed().first());
    owned.put(
        number,
        new OwnedPartition(
            number,
            shared,
            won.events(),
            new Partition(won.claimed(), won.takeover(), definitions),
            offsets.sureUntil(won.fencedNanos()),
            free::release));
    consumer.resume(List.of(partition));
    LOG.atInfo()
        .addKeyValue("partition", number)
        .addKeyValue("claim", won.claimed().claim())
        .addKeyValue("offset", won.claimed().first())
        .log("claimed");
  }

  private void tickWhenDue() {
    if (System.nanoTime() - lastTickNanos >= TICK_NANOS) {
      lastTickNanos = System.nanoTime();
      owned.all().forEach(OwnedPartition::tick);
      backlog.look(owned, waiting.keySet());
    }
  }

  private void drain() throws InterruptedException {
    long limit = System.nanoTime() + DRAIN_NANOS;
    while (inFlight() > 0 && System.nanoTime() < limit) {
      // Nothing is read any more, but the group must not wait for us.
      consumer.pause(consumer.assignment());
      try {
        consumer.poll(LOOK);
      } catch (WakeupException e) {
        LOG.debug("meant for a poll that had ended already", e);
      }
      owned.all().forEach(OwnedPartition::tick);
    }
    if (inFlight() > 0) {
      LOG.atWarn().addKeyValue("running", inFlight()).log("stopped before all workflows ended");
    }
  }

  private final class Rebalance implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // Paused, so that nothing is read before the claim says from where.
      consumer.pause(partitions);
      partitions.forEach(partition -> consumer.seek(partition, 0));
      claimer.add(numbers(partitions));
      allClaimed = claimer.done();
      assigned = true;
      LOG.atInfo().addKeyValue("partitions", partitions.size()).log("partitions assigned");
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      offsets.commit();
      onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      numbers(partitions).forEach(claimer::remove);
      drop(partitions);
    }
  }

  private void drop(Collection<TopicPartition> partitions) {
    partitions.forEach(backlog::forget);
    for (int number : numbers(partitions)) {
      waiting.remove(number);
      OwnedPartition partition = owned.remove(number);
      if (partition != null) {
        free.release(partition.release());
      }
    }
  }

  private static List<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).toList();
  }
}
