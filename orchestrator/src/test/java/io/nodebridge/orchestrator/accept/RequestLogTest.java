package io.nodebridge.orchestrator.accept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.introspection.http.ProblemException;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class RequestLogTest {
  private static final int ROOM_BYTES = 3 << 20;
  private static final int BODY_BYTES = 1_000_000;
  private static final UUID ID = new UUID(1, 1);

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  private final RequestLog log = new RequestLog(producer, "/test", ROOM_BYTES, Clock.systemUTC());

  @Test
  void whatWaitsForTheLogIsBoundedInBytesAndWhatWouldExceedItIsNotSent() {
    send(BODY_BYTES);
    send(BODY_BYTES);
    send(BODY_BYTES);

    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> send(BODY_BYTES))
        .extracting(ProblemException::problem)
        .returns(503, problem -> problem.status())
        .returns("urn:nodebridge:problem:log-behind", problem -> problem.type());
    assertThat(producer.history()).hasSize(3);
    send(100);
  }

  @Test
  void smallOnesAreBoundedToo() {
    int sent = 0;
    try {
      while (sent <= ROOM_BYTES) {
        send(1);
        sent++;
      }
    } catch (ProblemException e) {
      assertThat(e.problem().status()).isEqualTo(503);
    }

    assertThat(sent).isLessThan(ROOM_BYTES / 2_048);
    assertThat(log.unacknowledgedBytes()).isBetween(ROOM_BYTES - 4_096, ROOM_BYTES);
  }

  @Test
  void whatIsAcknowledgedOrRefusedMakesRoom() {
    send(BODY_BYTES);
    send(BODY_BYTES);
    producer.completeNext();
    producer.errorNext(new KafkaException("no"));
    assertThat(log.unacknowledgedBytes()).isZero();

    producer.sendException = new KafkaException("no");
    assertThat(send(BODY_BYTES)).isEqualTo(Future.State.FAILED);
    assertThat(log.unacknowledgedBytes()).isZero();
  }

  private Future.State send(int bytes) {
    return log.send(MessageType.WORKFLOW_REQUESTED, ID, ID, new byte[bytes], null, HopStamps.none())
        .state();
  }
}
