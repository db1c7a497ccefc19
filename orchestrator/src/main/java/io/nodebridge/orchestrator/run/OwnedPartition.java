package io.nodebridge.orchestrator.run;

import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.CancelRequest;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.WorkflowOutcome;
import io.nodebridge.introspection.service.CrashPoint;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.decide.Step.Work;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import io.nodebridge.orchestrator.own.Commit;
import io.nodebridge.orchestrator.own.Effect;
import io.nodebridge.orchestrator.own.Partition;
import io.nodebridge.orchestrator.own.Request;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does what a claimed [Partition] asks for and tells it what came of it.
///
/// The partition is asked under a lock by whoever has news: the poll loop, a step's thread, the
/// producer's callback. What it answers is done outside of the lock, because sending can wait for
/// the very thread that brings the acknowledgements. Order is not lost by that: of one workflow
/// there is one event on its way at most.
final class OwnedPartition {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedPartition.class);
  private static final long RETRY_MILLIS = 500;

  /// What all partitions of a process share.
  record Shared(
      Producer<String, byte[]> producer,
      StepRunner steps,
      ExecutorService threads,
      OrchestratorMeters meters,
      Waits waits,
      Uuid requestTopic,
      int maxContentBytes,
      Clock clock) {}

  private final int number;
  private final Shared shared;
  private final EventWriter events;
  private final Lock lock = new ReentrantLock();
  private final Runnable freed;

  // Guarded by the lock.
  private final Partition partition;
  private boolean released;

  private volatile @Nullable String halted;
  private volatile long sureUntilNanos;

  /// @param sureUntilNanos as [#sureUntil], by the claim's own commit
  /// @param freed told once for each workflow that is over
  OwnedPartition(
      int number,
      Shared shared,
      EventWriter events,
      Partition partition,
      long sureUntilNanos,
      Runnable freed) {
    this.number = number;
    this.shared = shared;
    this.events = events;
    this.partition = partition;
    this.sureUntilNanos = sureUntilNanos;
    this.freed = freed;
  }

  int number() {
    return number;
  }

  /// Why this partition waits for a person; null if it does not.
  @Nullable String halted() {
    return halted;
  }

  /// Until then nobody else can have claimed the partition, whatever has happened to us.
  void sureUntil(long nanos) {
    sureUntilNanos = nanos;
  }

  private boolean sure() {
    return System.nanoTime() - sureUntilNanos < 0;
  }

  Commit commit() {
    return asked(Partition::commit);
  }

  /// The request that is taken next.
  long next() {
    return asked(Partition::next);
  }

  long spread() {
    return asked(Partition::spread);
  }

  @Nullable String bodyHashOf(UUID id) {
    return asked(p -> p.bodyHashOf(id));
  }

  /// How a workflow ended; null if that is not remembered, or not sure.
  @Nullable WorkflowOutcome outcomeOf(UUID id) {
    return asked(p -> sure() ? p.outcomeOf(id) : null);
  }

  /// Somebody else has the partition now: nothing more is begun or sent, and what is on its way is
  /// void or the next owner reads it.
  ///
  /// @return how many workflows were under way
  int release() {
    lock.lock();
    try {
      released = true;
      return partition.running();
    } finally {
      lock.unlock();
    }
  }

  /// Whether the record cancels something, which takes no room.
  static boolean cancels(ConsumerRecord<String, byte[]> polled) {
    return Envelope.typeOf(polled.headers()) == MessageType.WORKFLOW_CANCEL_REQUESTED;
  }

  /// Takes a polled cancellation.
  void polledCancel(ConsumerRecord<String, byte[]> polled) {
    CancelRequest cancel;
    try {
      cancel = RequestReader.readCancel(polled);
    } catch (InvalidMessageException e) {
      rejectUnless(polled, e);
      return;
    }
    if (RequestReader.atHome(cancel.workflowId(), number)) {
      cancel(p -> p.polledCancel(polled.offset(), cancel, now()));
    } else if (asked(p -> p.polledOther(polled.offset()))) {
      sendHome(cancel.workflowId(), polled);
    }
  }

  /// A cancellation lies at this offset, and need not wait for its turn.
  void cancelled(long offset, CancelRequest cancel) {
    cancel(p -> p.cancelled(offset, cancel, now()));
  }

  private void cancel(Function<Partition, List<Effect>> news) {
    List<Effect> effects = told(news);
    CrashPoint.at("orchestrator.cancelled");
    handle(effects);
  }

  /// Takes a polled request.
  ///
  /// @return whether a workflow has begun
  boolean polled(ConsumerRecord<String, byte[]> polled, long polledNanos) {
    Request request;
    try {
      request =
          RequestReader.read(polled, shared.requestTopic(), shared.maxContentBytes(), polledNanos);
    } catch (InvalidMessageException e) {
      rejectUnless(polled, e);
      return false;
    }
    if (!RequestReader.atHome(request.id(), number)) {
      if (asked(p -> p.polledOther(polled.offset()))) {
        sendHome(request.id(), polled);
      }
      return false;
    }
    AtomicBoolean began = new AtomicBoolean();
    List<Effect> effects =
        told(
            p -> {
              int before = p.running();
              List<Effect> todo = p.polled(request, now());
              began.set(p.running() > before);
              return todo;
            });
    CrashPoint.at("orchestrator.polled");
    handle(effects);
    return began.get();
  }

  /// Lets time pass.
  void tick() {
    handle(told(p -> p.tick(now())));
  }

  // Unless a former owner did so already.
  private void rejectUnless(ConsumerRecord<String, byte[]> polled, InvalidMessageException why) {
    if (asked(p -> p.polledOther(polled.offset()))) {
      reject(polled, String.valueOf(why.getMessage()));
    }
  }

  private void handle(List<Effect> effects) {
    Deque<Effect> todo = new ArrayDeque<>(effects);
    while (!todo.isEmpty()) {
      switch (todo.remove()) {
        case Effect.Append append -> append(append);
        case Effect.Perform perform -> {
          switch (perform.task().step().work()) {
            case Work.BuiltIn work ->
                todo.addAll(ended(perform.request(), shared.steps().here(perform, work)));
            case Work.Call call -> inBackground(() -> call(perform, call));
          }
        }
        case Effect.Reject reject ->
            reject(((Carried) reject.request().carried()).polled(), reject.reason());
        case Effect.Ended ended -> {
          Carried carried = (Carried) ended.request().carried();
          shared.waits().ended(ended.outcome(), sure());
          shared
              .meters()
              .ended(
                  ended.request().id(),
                  ended.outcome().state(),
                  carried.polledNanos(),
                  carried::workNanos);
          carried.calls().giveUp();
          freed.run();
        }
        case Effect.Halt halt -> halt(halt.reason());
      }
    }
  }

  private void halt(String reason) {
    halted = reason;
    LOG.atError()
        .addKeyValue("partition", number)
        .addKeyValue("reason", reason)
        .log("the partition is halted until a person has helped");
  }

  private void call(Effect.Perform perform, Work.Call call) {
    Request request = perform.request();
    Calls calls = ((Carried) request.carried()).calls();
    if (!calls.begin()) {
      return;
    }
    try {
      Signal signal;
      try {
        // In the background: what the log makes of it is not the attempt's, and whoever gives the
        // attempt up interrupts this thread.
        signal = shared.steps().remote(perform, call, () -> inBackground(() -> tellSlow(request)));
      } finally {
        calls.end();
      }
      CrashPoint.at("orchestrator.called");
      handle(ended(request, signal));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellSlow(Request request) {
    handle(told(p -> p.slow(request.id())));
  }

  private List<Effect> ended(Request request, Signal signal) {
    ((Carried) request.carried()).stepEnded();
    return told(p -> p.stepEnded(request.id(), signal, now()));
  }

  private void append(Effect.Append append) {
    UUID id = append.request().id();
    send(
        events.event(append),
        offset -> {
          CrashPoint.at(append.terminal() ? "orchestrator.ended" : "orchestrator.told");
          handleElsewhere(told(p -> p.acknowledged(id, append.sequence(), offset, now())));
        },
        () -> handleElsewhere(told(p -> p.tooLarge(id, append.sequence(), now()))));
  }

  private void reject(ConsumerRecord<String, byte[]> request, String reason) {
    shared.meters().rejected();
    send(
        events.rejection(request, reason),
        offset -> dealtWith(request.offset(), offset),
        () -> halt("request %d cannot be told as rejected".formatted(request.offset())));
  }

  private void sendHome(UUID id, ConsumerRecord<String, byte[]> polled) {
    send(
        new ProducerRecord<>(
            Topic.REQUESTS.topicName(), null, id.toString(), polled.value(), polled.headers()),
        _ -> dealtWith(polled.offset(), -1),
        () -> reject(polled, "not on its id's partition, and too large to be sent there"));
  }

  private void dealtWith(long offset, long eventOffset) {
    told(
        p -> {
          p.dealtWith(offset, eventOffset);
          return List.of();
        });
  }

  // Again and again until it is acknowledged or the partition is somebody else's: a request is done
  // only when its end is on the log.
  private void send(
      ProducerRecord<String, byte[]> produced, LongConsumer acknowledged, Runnable tooLarge) {
    // What comes of it is told to the callback alone.
    var _ =
        shared
            .producer()
            .send(
                produced,
                (metadata, failure) -> {
                  if (failure == null) {
                    acknowledged.accept(metadata.offset());
                  } else if (failure instanceof RecordTooLargeException) {
                    tooLarge.run();
                  } else if (!isReleased()) {
                    LOG.atWarn()
                        .setCause(failure)
                        .addKeyValue("topic", produced.topic())
                        .addKeyValue("partition", number)
                        .log("a record was not acknowledged, sending it again");
                    inBackground(() -> sendLater(produced, acknowledged, tooLarge));
                  }
                });
  }

  private void sendLater(
      ProducerRecord<String, byte[]> produced, LongConsumer acknowledged, Runnable tooLarge) {
    try {
      Thread.sleep(RETRY_MILLIS);
      if (!isReleased()) {
        send(produced, acknowledged, tooLarge);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // The producer's callback may not send: with a full buffer it would wait for itself.
  private void handleElsewhere(List<Effect> effects) {
    if (effects.stream().allMatch(effect -> effect instanceof Effect.Ended)) {
      handle(effects);
    } else {
      inBackground(() -> handle(effects));
    }
  }

  private void inBackground(Runnable work) {
    try {
      shared.threads().execute(work);
    } catch (RejectedExecutionException e) {
      LOG.debug("stopping; the next owner goes on", e);
    }
  }

  private boolean isReleased() {
    return asked(_ -> released);
  }

  private List<Effect> told(Function<Partition, List<Effect>> news) {
    lock.lock();
    try {
      return released ? List.of() : news.apply(partition);
    } finally {
      lock.unlock();
    }
  }

  private <T extends @Nullable Object> T asked(Function<Partition, T> question) {
    lock.lock();
    try {
      return question.apply(partition);
    } finally {
      lock.unlock();
    }
  }

  private long now() {
    return shared.clock().millis();
  }
}
