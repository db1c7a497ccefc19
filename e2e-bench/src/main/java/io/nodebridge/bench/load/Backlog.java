package io.nodebridge.bench.load;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.events.message.WorkflowState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Ends of `local` workflows, written onto the event log as fast as it takes them: one event each,
/// in 100 namespaces.
public final class Backlog {
  private static final JsonCodec<WorkflowEvent> EVENT = JsonCodec.of(WorkflowEvent.class);
  private static final int NAMESPACES = 100;
  private static final String HASH = "ab".repeat(32);

  private Backlog() {}

  /// Writes `count` ends and waits until the log has them all.
  ///
  /// @param prefix of the namespaces
  public static void write(String kafka, String prefix, int count)
      throws InterruptedException, ExecutionException {
    Map<String, String> bulk = Map.of("linger.ms", "5", "batch.size", "262144");
    try (Producer<String, byte[]> producer = new KafkaClients(kafka, bulk).producer("backlog")) {
      List<Future<?>> sent = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        sent.add(producer.send(end(Topic.EVENTS.topicName(), namespace(prefix, i))));
      }
      for (Future<?> ack : sent) {
        ack.get();
      }
    }
  }

  /// The namespace of the event with this number.
  public static String namespace(String prefix, long number) {
    return prefix + "-" + number % NAMESPACES;
  }

  /// The end of a new workflow, as the orchestrator would append it, for a topic with as many
  /// partitions as the event log.
  public static ProducerRecord<String, byte[]> end(String topic, String namespace) {
    UUID id = UUID.randomUUID();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    WorkflowEvent event =
        new WorkflowEvent(
            id,
            1,
            namespace,
            "local",
            1,
            null,
            List.of(
                new Transition(WorkflowState.PENDING, WorkflowState.PROCESSING, now),
                new Transition(WorkflowState.PROCESSING, WorkflowState.COMPLETED, now)),
            List.of(
                new StepRun("hash", 1, StepOutcome.COMPLETED, now, 9, null, Map.of("hash", HASH))),
            new Stamp(id, HASH, Stamp.METADATA_VERSION),
            560,
            "text/plain",
            210,
            HASH,
            null);
    ProducerRecord<String, byte[]> produced =
        new ProducerRecord<>(
            topic, Topic.EVENTS.partitionOf(id.toString()), id.toString(), EVENT.encode(event));
    new Envelope(
            MessageType.WORKFLOW_COMPLETED,
            WorkflowIds.ofEvent(id, 1),
            "/nodebridge/bench/backlog",
            now,
            id.toString(),
            null,
            null)
        .writeTo(produced.headers());
    // No orchestrator's marker is higher, so none makes it void.
    new Claim(Integer.MAX_VALUE, 0).writeTo(produced.headers());
    return produced;
  }
}
