package io.nodebridge.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.orchestrator.run.Line.Polled;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class LineTest {
  private final Line line = new Line();

  @Test
  void largeOnesMakeItLongUntilTheyAreTaken() {
    line.add(polled(1, 500 << 10));
    assertThat(line.isLong()).isFalse();
    line.add(polled(2, 500 << 10));
    assertThat(line.isLong()).isTrue();
    line.removeFirst();
    assertThat(line.isLong()).isFalse();
    assertThat(line.first().value().offset()).isEqualTo(2);
  }

  @Test
  void manyWithoutAValueMakeItLongToo() {
    for (int offset = 0; offset < 1_000; offset++) {
      line.add(polled(offset, ConsumerRecord.NULL_SIZE));
    }
    assertThat(line.isLong()).isTrue();
    while (!line.isEmpty()) {
      line.removeFirst();
    }
    assertThat(line.isLong()).isFalse();
  }

  private static Polled polled(long offset, int valueBytes) {
    return new Polled(
        new ConsumerRecord<>(
            "requests",
            0,
            offset,
            0,
            TimestampType.CREATE_TIME,
            2,
            valueBytes,
            "id",
            new byte[0],
            new RecordHeaders(),
            Optional.empty()),
        0);
  }
}
