package io.nodebridge.bench.load;

import io.nodebridge.events.kafka.KafkaClients;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Puts workflows straight on a request topic, as a client without HTTP does, and enters what the
/// log has acknowledged into a ledger.
public final class LogClient implements AutoCloseable {
  private final String topic;
  private final Contents contents;
  private final Ledger ledger;
  private final Producer<String, byte[]> producer;

  public LogClient(String kafka, String topic, Contents contents, Ledger ledger) {
    this.topic = topic;
    this.contents = contents;
    this.ledger = ledger;
    this.producer = new KafkaClients(kafka, Map.of()).producer("log-client");
  }

  /// Sends one workflow with a content and an id of its own, and does not wait.
  public UUID send(long number, long intendedNanos) {
    Contents.Document document = contents.document(number);
    UUID id = UUID.randomUUID();
    long sentNanos = System.nanoTime();
    var _ =
        producer.send(
            new ProducerRecord<>(topic, id.toString(), document.json()),
            (_, failure) -> {
              if (failure == null) {
                ledger.accepted(document.sent(id, intendedNanos, sentNanos, System.nanoTime()));
              } else {
                ledger.failed(failure.toString());
              }
            });
    return id;
  }

  @Override
  public void close() {
    producer.close();
  }
}
