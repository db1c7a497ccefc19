package io.nodebridge.events.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.nodebridge.events.message.InvalidMessageException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  private static final Envelope ENVELOPE =
      new Envelope(
          MessageType.WORKFLOW_COMPLETED,
          UUID.fromString("5f6a7b8c-9d0e-5c3b-9d2e-0192f0c48e1a"),
          "/nodebridge/orchestrator/orchestrator-1",
          Instant.parse("2026-07-01T12:00:00.002Z"),
          "0192f0c4-8e1a-7c3b-9d2e-5f6a7b8c9d0e",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          7L);

  @Test
  void theCloudEventsLibraryReadsWhatWeWrite() {
    byte[] value = "{}".getBytes(StandardCharsets.UTF_8);

    CloudEvent event = KafkaMessageFactory.createReader(headers(), value).toEvent();

    assertThat(event.getSpecVersion().toString()).isEqualTo("1.0");
    assertThat(event.getType()).isEqualTo("io.nodebridge.workflow.completed.v1");
    assertThat(event.getId()).isEqualTo(ENVELOPE.id().toString());
    assertThat(event.getSource()).isEqualTo(URI.create(ENVELOPE.source()));
    assertThat(event.getSubject()).isEqualTo(ENVELOPE.subject());
    assertThat(event.getTime()).isEqualTo(ENVELOPE.time().atOffset(ZoneOffset.UTC));
    assertThat(event.getDataContentType()).isEqualTo("application/json");
    assertThat(Objects.requireNonNull(event.getData()).toBytes()).isEqualTo(value);
  }

  @Test
  void weReadWhatTheCloudEventsLibraryWrites() {
    CloudEvent event =
        CloudEventBuilder.v1()
            .withId(ENVELOPE.id().toString())
            .withSource(URI.create(ENVELOPE.source()))
            .withType(ENVELOPE.type().word())
            .withTime(ENVELOPE.time().atOffset(ZoneOffset.ofHours(2)))
            .withSubject(ENVELOPE.subject())
            .withData("application/json", new byte[] {'{', '}'})
            .build();

    Headers headers = KafkaMessageFactory.createWriter("topic", "key").writeBinary(event).headers();

    Envelope read = Envelope.readFrom(headers);
    assertThat(read.type()).isEqualTo(ENVELOPE.type());
    assertThat(read.id()).isEqualTo(ENVELOPE.id());
    assertThat(read.source()).isEqualTo(ENVELOPE.source());
    assertThat(read.time()).isEqualTo(ENVELOPE.time());
    assertThat(read.subject()).isEqualTo(ENVELOPE.subject());
    assertThat(Envelope.text(headers, "content-type")).isEqualTo("application/json");
  }

  @Test
  void whatWasWrittenIsReadBack() {
    assertThat(Envelope.readFrom(headers())).isEqualTo(ENVELOPE);
  }

  @Test
  void aMissingOrBrokenHeaderIsNamed() {
    for (String name : new String[] {"ce_type", "ce_id", "ce_source", "ce_time", "ce_subject"}) {
      Headers headers = headers().remove(name);
      assertThatThrownBy(() -> Envelope.readFrom(headers))
          .isInstanceOf(InvalidMessageException.class)
          .hasMessageContaining(name + ": this header is required");
    }
    Headers unknown =
        headers().remove("ce_type").add("ce_type", "other.v9".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Envelope.readFrom(unknown)).hasMessageContaining("other.v9");
    Headers broken =
        headers().remove("ce_time").add("ce_time", "today".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Envelope.readFrom(broken)).hasMessageContaining("today");
  }

  private static Headers headers() {
    RecordHeaders headers = new RecordHeaders();
    ENVELOPE.writeTo(headers);
    return headers;
  }
}
