package io.nodebridge.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.kafka.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

class RejectionSizeTest {
  @Test
  void aHugeKeyIsLeftOut() {
    ProducerRecord<String, byte[]> rejection = rejectionOf("k".repeat(1_800_000), new byte[1], 0);

    assertFits(rejection);
    assertThat(rejection.value()).hasSize(1);
    assertThat(reasonOf(rejection)).isEqualTo("why; its key of 1800000 characters is left out");
  }

  @Test
  void headersThatDoNotFitAreLeftOut() {
    ProducerRecord<String, byte[]> rejection = rejectionOf("k", new byte[1_000], 200_000);

    assertFits(rejection);
    assertThat(rejection.value()).hasSize(1_000);
    assertThat(reasonOf(rejection)).contains("its headers of", "are left out");
  }

  @Test
  void bytesThatWereCompressedAreCutIfNothingElseHelps() {
    ProducerRecord<String, byte[]> rejection = rejectionOf("k", new byte[5_000_000], 1);

    assertFits(rejection);
    assertThat(rejection.value()).hasSizeGreaterThan(2 << 20);
    assertThat(reasonOf(rejection)).contains("of its 5000000 bytes are kept");
  }

  @Test
  void whatFitsIsKeptAsItIs() {
    ProducerRecord<String, byte[]> rejection = rejectionOf("k", new byte[2_000_000], 3);

    assertThat(rejection.key()).isEqualTo("k");
    assertThat(rejection.value()).hasSize(2_000_000);
    assertThat(rejection.headers().lastHeader("nb_orig_h2")).isNotNull();
    assertThat(reasonOf(rejection)).isEqualTo("why");
  }

  private static ProducerRecord<String, byte[]> rejectionOf(String key, byte[] value, int headers) {
    ConsumerRecord<String, byte[]> request =
        new ConsumerRecord<>(Topic.REQUESTS.topicName(), 0, 7, key, value);
    for (int i = 0; i < headers; i++) {
      request.headers().add("h" + i, new byte[1]);
    }
    return new EventWriter(0, new Claim(1, 1), Uuid.ONE_UUID, "/test", Clock.systemUTC())
        .rejection(request, "why");
  }

  private static String reasonOf(ProducerRecord<String, byte[]> rejection) {
    return String.valueOf(Envelope.text(rejection.headers(), "nb_reason"));
  }

  private static void assertFits(ProducerRecord<String, byte[]> rejection) {
    int size = bytes(rejection.key()) + rejection.value().length + size(rejection.headers());
    assertThat(size).isLessThan(Topic.EVENTS.maxMessageBytes());
  }

  private static int size(Headers headers) {
    int size = 0;
    for (Header header : headers) {
      size += bytes(header.key()) + header.value().length + 10;
    }
    return size;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
