package io.nodebridge.bench.bare;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.message.Accepted;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.introspection.config.Setting;
import io.nodebridge.introspection.config.Settings;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Meters;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.introspection.service.OwnedResources;
import io.nodebridge.introspection.service.ServiceProcess;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// The bare orchestrator: a POST becomes a record and is answered after acks=all; a loop hashes
/// each record's bytes and sends both on. Nothing is read, checked, decided or remembered.
public final class BareFront {
  private static final JsonCodec<Accepted> ACCEPTED = JsonCodec.of(Accepted.class);
  private static final int MAX_BODY_BYTES = 1 << 20;
  private static final int DEFAULT_PORT = 8080;

  private final BareTopics topics;
  private final Producer<String, byte[]> requests;
  private final Producer<String, byte[]> events;

  private BareFront(
      BareTopics topics, Producer<String, byte[]> requests, Producer<String, byte[]> events) {
    this.topics = topics;
    this.requests = requests;
    this.events = events;
  }

  /// Arguments: which topics.
  public static void main(String[] args) {
    BareTopics topics = new BareTopics(args[0]);
    ServiceProcess.run(
        "bare-front", System.getenv(), (settings, resources) -> open(topics, settings, resources));
  }

  private static void open(BareTopics topics, Settings settings, OwnedResources resources) {
    KafkaClients kafka =
        new KafkaClients(settings.text(Setting.KAFKA_BOOTSTRAP_SERVERS), settings.kafkaOverrides());
    BareFront front =
        new BareFront(
            topics,
            resources.own(kafka.producer("bare-requests")),
            resources.own(kafka.producer("bare-events")));
    resources.own(
        BareLoop.start(kafka, topics.requests(), records -> records.forEach(front::sendOn)));
    resources.own(
        HttpEdge.start(
            new HttpEdge.Listen(
                settings.text(Setting.NODEBRIDGE_BIND),
                settings.port(DEFAULT_PORT),
                MAX_BODY_BYTES),
            new Readiness(),
            Meters.create(resources),
            routing -> routing.post("/v1/workflows", front::accept)));
  }

  private void accept(ServerRequest http, ServerResponse response)
      throws InterruptedException, ExecutionException {
    UUID id = WorkflowIds.minted();
    byte[] body = http.content().as(byte[].class);
    requests.send(new ProducerRecord<>(topics.requests(), id.toString(), body)).get();
    HttpEdge.sendJson(
        response, Status.ACCEPTED_202, ACCEPTED.encode(new Accepted(id, WorkflowState.PENDING)));
  }

  // A failed send is a lost workflow, which the driver reports.
  private void sendOn(ConsumerRecord<String, byte[]> polled) {
    String hash = ContentHash.of(polled.value());
    byte[] value =
        ByteBuffer.allocate(BareTopics.HASH_BYTES + polled.value().length)
            .put(BareTopics.bytes(hash))
            .put(polled.value())
            .array();
    Future<?> _ =
        events.send(new ProducerRecord<>(topics.events(), polled.partition(), polled.key(), value));
  }
}
