package io.nodebridge.reducer.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.reducer.fold.LogEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EntryReaderTest {
  private static final String EVENT =
      """
      {"workflowId":"00000000-0000-0007-0000-000000000007","sequence":1,"namespace":"acme",
       "definition":"stamping","definitionVersion":1,
       "transitions":[{"from":"PENDING","to":"PROCESSING","at":"2026-01-01T00:00:00.000Z"}],
       "steps":[],"sizeBytes":5,"contentType":"text/plain","processingMicros":7,
       "bodyHash":"b","error":null}
      """;

  @Test
  void anEventIsRead() {
    assertThat(read(MessageType.WORKFLOW_STARTED, EVENT)).isInstanceOf(LogEntry.Fact.class);
  }

  @Test
  void aClaimIsAMarker() {
    assertThat(read(MessageType.PARTITION_CLAIMED, "{}"))
        .isEqualTo(new LogEntry.Marker(2, 9, null));
  }

  @Test
  void aBrokenDocumentKeepsItsBytesHeadersAndReason() {
    LogEntry.Dead dead = dead(read(MessageType.WORKFLOW_STARTED, "{\"workflowId\":"));
    assertThat(dead.value()).isEqualTo(bytes("{\"workflowId\":"));
    assertThat(dead.headers()).containsEntry("ce_subject", "s");
    assertThat(dead.reason()).contains("unreadable");
  }

  @Test
  void anAbsentFieldMakesADeadLetterThatNamesIt() {
    for (String field : new String[] {"workflowId", "namespace", "contentType", "bodyHash"}) {
      String renamed = EVENT.replace("\"" + field + "\"", "\"x\"");
      assertThat(dead(read(MessageType.WORKFLOW_STARTED, renamed)).reason()).startsWith(field);
    }
    for (String field : new String[] {"from", "to", "at"}) {
      String renamed = EVENT.replace("\"" + field + "\"", "\"x\"");
      assertThat(dead(read(MessageType.WORKFLOW_STARTED, renamed)).reason())
          .startsWith("transitions." + field);
    }
    String noStart =
        EVENT.replace(
            "\"steps\":[]",
            "\"steps\":[{\"name\":\"a\",\"attempt\":1,\"outcome\":\"COMPLETED\",\"durationMicros\":1}]");
    assertThat(dead(read(MessageType.WORKFLOW_STARTED, noStart)).reason())
        .startsWith("steps.startedAt");
  }

  @Test
  void deepNestingMakesADeadLetter() {
    String steps = "\"steps\":[{\"name\":\"a\",\"result\":{\"x\":" + "[".repeat(1 << 20);
    assertThat(read(MessageType.WORKFLOW_STARTED, EVENT.replace("\"steps\":[", steps)))
        .isInstanceOf(LogEntry.Dead.class);
  }

  @Test
  void noValueNoHeadersAndForeignTypesMakeDeadLetters() {
    assertThat(dead(read(MessageType.WORKFLOW_STARTED, null)).value()).isNull();
    assertThat(dead(read(MessageType.NODE_STATE, "{}")).reason()).contains("does not belong");
    ConsumerRecord<String, byte[]> bare = new ConsumerRecord<>("events", 2, 9, null, bytes(EVENT));
    bare.headers().add("raw", new byte[] {-1}).add("none", null);
    assertThat(dead(EntryReader.read(bare)).headers()).isEqualTo(Map.of("raw", "base64:/w=="));
  }

  @Test
  void aTimeOrANumberThatTheFoldCouldNotBearMakesADeadLetter() {
    for (String time :
        new String[] {"+1000000000-12-31T23:59:59Z", "1969-12-31T23:59:59Z", "now"}) {
      ConsumerRecord<String, byte[]> odd = polled(MessageType.WORKFLOW_STARTED, EVENT);
      odd.headers().remove("ce_time").add("ce_time", bytes(time));
      assertThat(EntryReader.read(odd)).as(time).isInstanceOf(LogEntry.Dead.class);
    }
    for (String field : new String[] {"sizeBytes", "processingMicros", "sequence"}) {
      String negative = EVENT.replaceFirst("\"" + field + "\":\\d+", "\"" + field + "\":-1");
      assertThat(dead(read(MessageType.WORKFLOW_STARTED, negative)).reason()).startsWith(field);
    }
    String noTime = EVENT.replace("2026-01-01T", "+1000000000-01-01T");
    assertThat(dead(read(MessageType.WORKFLOW_STARTED, noTime)).reason()).contains("1970 to 9999");
  }

  @Test
  void aRejectedRequestTellsItsReasonItsOriginAndItsWritersClaim() {
    ConsumerRecord<String, byte[]> rejected = polled(MessageType.WORKFLOW_REJECTED, "?");
    rejected.headers().add("nb_reason", bytes("no such definition"));
    rejected.headers().add("nb_origin", bytes(new UUID(5, 6) + "/2/77"));
    new Claim(1, 3).writeTo(rejected.headers());
    assertThat(EntryReader.read(rejected))
        .isInstanceOfSatisfying(
            LogEntry.Rejection.class,
            rejection -> {
              assertThat(rejection.claim()).isEqualTo(new Claim(1, 3));
              assertThat(rejection.offset()).isEqualTo(9);
              assertThat(rejection.dead().reason()).isEqualTo("no such definition");
              assertThat(rejection.dead().origin())
                  .isEqualTo(new LogEntry.Origin(new UUID(5, 6), 77));
            });
  }

  @Test
  void aRejectionWithoutAnOriginIsADeadLetterOfItsOwn() {
    assertThat(dead(read(MessageType.WORKFLOW_REJECTED, "?")).origin()).isNull();
    for (String origin :
        new String[] {"", "x/2/77", new UUID(5, 6) + "/3/77", new UUID(5, 6) + "/2/-1"}) {
      ConsumerRecord<String, byte[]> rejected = polled(MessageType.WORKFLOW_REJECTED, "?");
      rejected.headers().add("nb_origin", bytes(origin));
      assertThat(dead(EntryReader.read(rejected)).reason()).startsWith("nb_origin: must be");
    }
  }

  private static LogEntry.Dead dead(LogEntry entry) {
    assertThat(entry).isInstanceOf(LogEntry.Dead.class);
    return (LogEntry.Dead) entry;
  }

  private static LogEntry read(MessageType type, @Nullable String value) {
    return EntryReader.read(polled(type, value));
  }

  private static ConsumerRecord<String, byte[]> polled(MessageType type, @Nullable String value) {
    ConsumerRecord<String, byte[]> polled =
        new ConsumerRecord<>("events", 2, 9, "key", value == null ? null : bytes(value));
    new Envelope(type, new UUID(1, 1), "/nodebridge/test/1", Instant.EPOCH, "s", null, 4L)
        .writeTo(polled.headers());
    return polled;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
