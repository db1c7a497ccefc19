package io.nodebridge.orchestrator.run;

import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.call.StepClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Polls requests on one platform thread and runs each on a virtual thread, at most `maxInFlight`
/// at once. When all are taken the partitions pause, so nothing queues without bound.
///
/// Offsets are committed each second up to the first unfinished request of their partition.
public final class RequestLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLoop.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long COMMIT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration DRAIN = Duration.ofSeconds(20);

  /// What the loop is told once.
  ///
  /// @param topicId the request topic's id, part of every derived id
  /// @param source the `ce_source` of what this process writes
  public record Settings(Uuid topicId, int maxInFlight, int maxContentBytes, String source) {}

  private final Consumer<String, byte[]> consumer;
  private final EventLog log;
  private final WorkflowRunner runner;
  private final Settings settings;
  private final OrchestratorMeters meters;
  private final Clock clock;
  private final Semaphore free;
  private final ExecutorService workflows = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread thread;

  // Owned by the loop's thread.
  private final Map<TopicPartition, OffsetWatermark> watermarks = new HashMap<>();
  private final Deque<Polled> waiting = new ArrayDeque<>();
  private long lastCommitNanos = System.nanoTime();

  private volatile boolean assigned;
  private volatile boolean stopping;

  private record Polled(
      ConsumerRecord<String, byte[]> value, OffsetWatermark watermark, long nanos) {}

  private RequestLoop(
      Consumer<String, byte[]> consumer,
      EventLog log,
      WorkflowRunner runner,
      Settings settings,
      OrchestratorMeters meters,
      Clock clock) {
    this.consumer = consumer;
    this.log = log;
    this.runner = runner;
    this.settings = settings;
    this.meters = meters;
    this.clock = clock;
    this.free = new Semaphore(settings.maxInFlight());
    this.thread = Thread.ofPlatform().name("requests").unstarted(this::loop);
  }

  /// Whether the group has given this process its partitions and the loop is alive.
  public boolean ready() {
    return assigned && thread.isAlive();
  }

  /// Workflows that run now.
  public int inFlight() {
    return settings.maxInFlight() - free.availablePermits();
  }

  /// Starts polling.
  public static RequestLoop start(
      Consumer<String, byte[]> consumer,
      Producer<String, byte[]> producer,
      StepClient steps,
      Settings settings,
      OrchestratorMeters meters,
      Clock clock) {
    EventLog log = new EventLog(producer);
    RequestLoop loop =
        new RequestLoop(
            consumer,
            log,
            new WorkflowRunner(steps, log, settings.source(), clock),
            settings,
            meters,
            clock);
    loop.thread.start();
    return loop;
  }

  /// Stops polling, lets what runs end, commits, leaves the group.
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
      consumer.subscribe(Set.of(Topic.REQUESTS.topicName()), new Rebalance());
      while (!stopping) {
        poll();
        dispatch();
        commitWhenDue();
      }
      drain();
      commit();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void poll() {
    try {
      ConsumerRecords<String, byte[]> records =
          consumer.poll(waiting.isEmpty() ? POLL : Duration.ZERO);
      long nanos = System.nanoTime();
      for (ConsumerRecord<String, byte[]> polled : records) {
        OffsetWatermark watermark =
            watermarks.computeIfAbsent(
                new TopicPartition(polled.topic(), polled.partition()),
                _ -> new OffsetWatermark(polled.offset()));
        watermark.begin(polled.offset());
        waiting.add(new Polled(polled, watermark, nanos));
      }
    } catch (WakeupException e) {
      LOG.debug("woken to stop", e);
    }
  }

  private void dispatch() throws InterruptedException {
    while (!waiting.isEmpty() && !stopping) {
      if (!free.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        break;
      }
      Polled next = waiting.remove();
      workflows.execute(() -> handle(next));
    }
    if (waiting.isEmpty()) {
      consumer.resume(consumer.paused());
    } else {
      consumer.pause(consumer.assignment());
    }
  }

  private void handle(Polled polled) {
    ConsumerRecord<String, byte[]> request = polled.value();
    try {
      finish(request, polled.nanos());
      polled.watermark().end(request.offset());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KafkaException e) {
      // Its offset stays open: the partition's watermark waits, and a restart tries again.
      LOG.atError()
          .setCause(e)
          .addKeyValue("partition", request.partition())
          .addKeyValue("offset", request.offset())
          .log("a workflow's events could not be written");
    } finally {
      free.release();
    }
  }

  private void finish(ConsumerRecord<String, byte[]> polled, long nanos)
      throws InterruptedException {
    MessageType type = Envelope.typeOf(polled.headers());
    if (type == MessageType.WORKFLOW_CANCEL_REQUESTED) {
      return; // cancelling comes with a later version; unknown ids are passed over anyway
    }
    RequestRecord request;
    try {
      request = RequestRecord.of(polled, settings.topicId(), settings.maxContentBytes(), nanos);
    } catch (InvalidMessageException e) {
      reject(polled, String.valueOf(e.getMessage()));
      return;
    }
    if (!request.atHome()) {
      sendAndWait(
          new ProducerRecord<>(
              Topic.REQUESTS.topicName(),
              null,
              request.workflowId().toString(),
              polled.value(),
              polled.headers()));
      return;
    }
    try {
      meters.ended(runner.run(request), request.polledNanos());
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException e) {
      // Our own fault, and it would be again: the request is kept where a person will find it.
      LOG.atError().setCause(e).addKeyValue("workflowId", request.workflowId()).log("rejected");
      reject(polled, "the orchestrator failed on it: " + e);
    }
  }

  private void reject(ConsumerRecord<String, byte[]> polled, String reason)
      throws InterruptedException {
    meters.rejected();
    sendAndWait(
        Rejection.of(polled, settings.topicId(), reason, settings.source(), clock.instant()));
  }

  private void sendAndWait(ProducerRecord<String, byte[]> event) throws InterruptedException {
    log.awaitAcknowledged(List.of(event), List.of(log.append(event)));
  }

  private void commitWhenDue() {
    if (System.nanoTime() - lastCommitNanos >= COMMIT_NANOS) {
      consumer.commitAsync(positions(), null);
      lastCommitNanos = System.nanoTime();
    }
  }

  // The next owner starts at what was committed; a failure means that it runs some of it again.
  private void commit() {
    try {
      consumer.commitSync(positions());
    } catch (KafkaException e) {
      LOG.atWarn().setCause(e).log("offsets were not committed");
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> positions() {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    watermarks.forEach(
        (partition, watermark) ->
            positions.put(partition, new OffsetAndMetadata(watermark.position())));
    return positions;
  }

  private void drain() throws InterruptedException {
    workflows.shutdown();
    if (!workflows.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.atWarn().addKeyValue("running", inFlight()).log("stopped before all workflows ended");
      workflows.shutdownNow();
    }
  }

  private final class Rebalance implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      assigned = true;
      LOG.atInfo().addKeyValue("partitions", partitions.size()).log("partitions assigned");
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      commit();
      onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      // What still waits belongs to the next owner now.
      waiting.removeIf(
          polled ->
              partitions.contains(
                  new TopicPartition(polled.value().topic(), polled.value().partition())));
      partitions.forEach(watermarks::remove);
    }
  }
}
