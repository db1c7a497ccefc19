package io.nodebridge.orchestrator.accept;

import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.introspection.http.Problem;
import io.nodebridge.introspection.http.ProblemException;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts what clients ask for on the request topic, under the workflow's id.
///
/// What the log has not acknowledged yet is bounded in bytes, the producer's own buffer aside:
/// where the log is slow, clients are refused at once instead of held in memory.
final class RequestLog {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

  // Of a request that waits: its thread, its connection, its headers.
  private static final int BYTES_AROUND = 2_048;

  private final Producer<String, byte[]> producer;
  private final String source;
  private final Clock clock;
  private final int maxBytes;
  private final Semaphore roomBytes;

  /// @param maxBytes that may wait for their acknowledgement
  RequestLog(Producer<String, byte[]> producer, String source, int maxBytes, Clock clock) {
    this.producer = producer;
    this.source = source;
    this.clock = clock;
    this.maxBytes = maxBytes;
    this.roomBytes = new Semaphore(maxBytes);
  }

  /// What waits for its acknowledgement.
  int unacknowledgedBytes() {
    return maxBytes - roomBytes.availablePermits();
  }

  /// Sends without waiting for the acknowledgement.
  ///
  /// @param hops empty unless measuring
  /// @throws ProblemException 503 if too much waits: then nothing was sent
  Future<RecordMetadata> send(
      MessageType type,
      UUID messageId,
      UUID workflowId,
      byte[] value,
      @Nullable String traceparent,
      HopStamps hops) {
    String key = workflowId.toString();
    ProducerRecord<String, byte[]> produced =
        new ProducerRecord<>(Topic.REQUESTS.topicName(), key, value);
    new Envelope(type, messageId, source, clock.instant(), key, traceparent, null)
        .writeTo(produced.headers());
    if (hops.nanos().length > 0) {
      hops.now().writeTo(produced.headers());
    }
    int bytes = value.length + BYTES_AROUND;
    if (!roomBytes.tryAcquire(bytes)) {
      throw full();
    }
    try {
      return producer.send(produced, (_, _) -> roomBytes.release(bytes));
    } catch (KafkaException e) {
      roomBytes.release(bytes); // nobody is called back
      return CompletableFuture.failedFuture(e);
    }
  }

  /// Waits until the log has the record.
  ///
  /// @return its place
  /// @throws ProblemException 503 if the log does not say so: then it may have it or not
  static RecordMetadata acknowledged(Future<RecordMetadata> sent, UUID workflowId)
      throws InterruptedException {
    try {
      return sent.get();
    } catch (ExecutionException e) {
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("workflowId", workflowId)
          .log("a request was not acknowledged");
      throw unavailable();
    }
  }

  private static ProblemException full() {
    return new ProblemException(
        Problem.of(
            503,
            "log-behind",
            "Too much waits for the log",
            "nothing was accepted; repeat it after the time that Retry-After says"),
        1);
  }

  static ProblemException unavailable() {
    return new ProblemException(
        Problem.of(
            503,
            "log-unavailable",
            "The log does not answer",
            "the request may or may not have been accepted; repeat it with an Idempotency-Key"),
        1);
  }
}
