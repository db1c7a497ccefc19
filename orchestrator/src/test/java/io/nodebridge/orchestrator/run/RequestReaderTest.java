package io.nodebridge.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.orchestrator.own.Request;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestReaderTest {
  private static final Uuid TOPIC = new Uuid(1, 2);
  private static final String KEY = "00000000-0000-0007-0000-000000000007";
  private static final String HELLO = "{\"content\":{\"text\":\"hello\"}}";

  @Test
  void aPlainRecordNeedsNoHeadersAndNoKey() {
    assertThat(read(record(null, HELLO)).id()).isEqualTo(read(record(null, HELLO)).id());
    assertThat(read(record(KEY, HELLO)).id()).hasToString(KEY);
  }

  @Test
  void anotherTypeOrALaterVersionIsNotTakenForARequest() {
    ConsumerRecord<String, byte[]> typed = record(KEY, HELLO);
    typed.headers().add("ce_type", bytes(MessageType.WORKFLOW_REQUESTED.word()));
    assertThat(((Carried) read(typed).carried()).content()).isEqualTo(bytes("hello"));
    for (String type :
        new String[] {"io.nodebridge.workflow.requested.v2", "", MessageType.NODE_STATE.word()}) {
      ConsumerRecord<String, byte[]> odd = record(KEY, HELLO);
      odd.headers().add("ce_type", bytes(type));
      assertThatThrownBy(() -> read(odd))
          .as(type)
          .isInstanceOf(InvalidMessageException.class)
          .hasMessageStartingWith("ce_type: must be io.nodebridge.workflow.requested.v1");
    }
  }

  @Test
  void whatCanNeverBeRunSaysWhy() {
    refused(record(KEY, null), "document");
    refused(record("not-an-id", HELLO), "key: must be the workflow's UUID (found: not-an-id)");
    refused(record(KEY, "{\"content\":{\"text\":\"longer\"}}"), "must not exceed 5 bytes");
  }

  private static void refused(ConsumerRecord<String, byte[]> record, String fragment) {
    assertThatThrownBy(() -> read(record))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(fragment);
  }

  private static Request read(ConsumerRecord<String, byte[]> record) {
    return RequestReader.read(record, TOPIC, 5, 0);
  }

  private static ConsumerRecord<String, byte[]> record(
      @Nullable String key, @Nullable String value) {
    return new ConsumerRecord<>("requests", 0, 1, key, value == null ? null : bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
