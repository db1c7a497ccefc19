package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.kafka.KafkaClients;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/// While it is open, the broker answers only when its disk has the records of these topics.
final class Flush implements AutoCloseable {
  private static final String FLUSH = "flush.messages";

  private final KafkaClients kafka;
  private final List<String> topics;

  private Flush(KafkaClients kafka, List<String> topics) {
    this.kafka = kafka;
    this.topics = topics;
  }

  static Flush on(Stack stack, List<String> topics) {
    Flush flush = new Flush(new KafkaClients(stack.kafka(), Map.of()), topics);
    flush.alter(OpType.SET);
    return flush;
  }

  @Override
  public void close() {
    alter(OpType.DELETE);
  }

  private void alter(OpType type) {
    Collection<AlterConfigOp> change =
        List.of(new AlterConfigOp(new ConfigEntry(FLUSH, "1"), type));
    try (Admin admin = kafka.admin("flush-admin")) {
      admin
          .incrementalAlterConfigs(
              topics.stream()
                  .collect(
                      Collectors.toMap(
                          topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic),
                          _ -> change)))
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot set " + FLUSH, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
