package io.nodebridge.orchestrator.run;

import io.nodebridge.events.kafka.Topic;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Appends a workflow's events. What is not acknowledged is sent again until it is: a request is
/// done only when its terminal event is on the log.
final class EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
  private static final long RETRY_MILLIS = 500;

  private final Producer<String, byte[]> producer;

  EventLog(Producer<String, byte[]> producer) {
    this.producer = producer;
  }

  /// Sends without waiting.
  Future<RecordMetadata> append(ProducerRecord<String, byte[]> event) {
    return producer.send(event);
  }

  /// Waits for the last of a workflow's events. If it fails, all of them go out again in order: the
  /// reducer drops by sequence what it already has, and a gap would hide a step for ever.
  void awaitAcknowledged(
      List<ProducerRecord<String, byte[]>> events, List<Future<RecordMetadata>> sent)
      throws InterruptedException {
    List<Future<RecordMetadata>> pending = sent;
    while (!acknowledged(pending)) {
      Thread.sleep(RETRY_MILLIS);
      pending = events.stream().map(this::append).toList();
    }
  }

  private static boolean acknowledged(List<Future<RecordMetadata>> pending)
      throws InterruptedException {
    try {
      for (Future<RecordMetadata> future : pending) {
        future.get();
      }
      return true;
    } catch (ExecutionException e) {
      LOG.atWarn()
          .setCause(e.getCause())
          .addKeyValue("topic", Topic.EVENTS.topicName())
          .log("events were not acknowledged, sending them again");
      return false;
    }
  }
}
