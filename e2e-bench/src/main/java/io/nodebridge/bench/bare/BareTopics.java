package io.nodebridge.bench.bare;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// The two logs of one bare pipeline.
record BareTopics(String run) {
  /// An event is the hash as text and the request's bytes.
  static final int HASH_BYTES = 64;

  String requests() {
    return "bench.bare." + run + ".requests";
  }

  String events() {
    return "bench.bare." + run + ".events";
  }

  List<String> names() {
    return List.of(requests(), events());
  }

  void create(KafkaClients kafka) throws InterruptedException {
    int partitions = Topic.REQUESTS.partitions();
    try (Admin admin = kafka.admin("bare-admin")) {
      admin
          .createTopics(
              names().stream().map(name -> new NewTopic(name, partitions, (short) 1)).toList())
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("no topics for the bare pipeline", e.getCause());
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
