package io.nodebridge.orchestrator.run;

import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.events.message.WorkflowState;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// What one workflow has to tell: gathers transitions and steps, and writes them as one event when
/// others must know. Used by the workflow's own thread only.
final class Journal {
  private static final JsonCodec<WorkflowEvent> EVENT = JsonCodec.of(WorkflowEvent.class);

  private final RequestRecord request;
  private final int definitionVersion;
  private final String source;
  private final EventLog log;
  private final Clock clock;

  private final List<Transition> transitions = new ArrayList<>();
  private final List<StepRun> steps = new ArrayList<>();
  private final List<ProducerRecord<String, byte[]>> events = new ArrayList<>();
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();
  private HopStamps hops;

  Journal(RequestRecord request, int definitionVersion, String source, EventLog log, Clock clock) {
    this.request = request;
    this.definitionVersion = definitionVersion;
    this.source = source;
    this.log = log;
    this.clock = clock;
    this.hops = request.hops();
  }

  void moved(WorkflowState from, WorkflowState to) {
    transitions.add(new Transition(from, to, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
  }

  void ran(StepRun step) {
    steps.add(step);
    if (request.measured()) {
      hops = hops.now();
    }
  }

  /// Lets the world see that the workflow is under way, without waiting for the log. Only for one
  /// that takes its time: of a quick one the terminal event tells all, with a third of the writes.
  void tellStarted() {
    if (events.isEmpty()) {
      append(MessageType.WORKFLOW_STARTED, null, null);
    }
  }

  /// Writes the terminal event and waits until the log has it.
  void end(@Nullable Stamp stamp, @Nullable WorkflowError error) throws InterruptedException {
    append(
        error == null ? MessageType.WORKFLOW_COMPLETED : MessageType.WORKFLOW_FAILED, stamp, error);
    log.awaitAcknowledged(events, sent);
  }

  private void append(MessageType type, @Nullable Stamp stamp, @Nullable WorkflowError error) {
    int sequence = events.size() + 1;
    Instant now = clock.instant();
    long processingMicros = (System.nanoTime() - request.polledNanos()) / 1_000;
    WorkflowEvent event =
        new WorkflowEvent(
            request.workflowId(),
            sequence,
            request.request().namespace(),
            request.request().definition(),
            definitionVersion,
            transitions,
            steps,
            stamp,
            request.content().length,
            request.request().contentType(),
            processingMicros,
            request.bodyHash(),
            error);
    transitions.clear();
    steps.clear();
    String id = request.workflowId().toString();
    // The request's partition number, never re-hashed: a workflow's records stay together.
    ProducerRecord<String, byte[]> produced =
        new ProducerRecord<>(
            Topic.EVENTS.topicName(), request.partition(), id, EVENT.encode(event));
    new Envelope(
            type,
            WorkflowIds.ofEvent(request.workflowId(), sequence),
            source,
            now,
            id,
            request.traceparent(),
            request.offset())
        .writeTo(produced.headers());
    if (request.measured()) {
      hops.now().writeTo(produced.headers());
    }
    events.add(produced);
    sent.add(log.append(produced));
  }
}
