package io.nodebridge.events.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class KafkaClientsTest {
  // Nobody can be had with it, so whoever starts has not been told.
  private final KafkaClients clients =
      new KafkaClients("127.0.0.1:1", Map.of("security.protocol", "NONE-THAT-THERE-IS"));

  @Test
  void overridesReachEachKindOfClient() {
    assertRefused(() -> clients.producer("p"));
    assertRefused(() -> clients.consumer("c", "group", "none"));
    assertRefused(() -> clients.reader("r", "earliest"));
    assertRefused(() -> clients.admin("a"));
  }

  private static void assertRefused(ThrowingCallable opening) {
    assertThatThrownBy(opening)
        .isInstanceOf(KafkaException.class)
        .hasStackTraceContaining("NONE-THAT-THERE-IS");
  }
}
