package io.nodebridge.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.kafka.Topic;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private static final TopicPartition REQUESTS =
      new TopicPartition(Topic.REQUESTS.topicName(), OneOwned.NUMBER);
  private static final Set<Integer> WAITING = Set.of(OneOwned.NUMBER);

  private final OneOwned one = new OneOwned();
  private final OwnedPartitions owned = new OwnedPartitions();
  private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("none");
  private final Broker broker = new Broker();
  private final Backlog backlog = new Backlog(consumer, broker);

  @BeforeEach
  void aPartitionIsOurs() {
    consumer.assign(Set.of(REQUESTS));
    owned.put(OneOwned.NUMBER, one.claimed(System.nanoTime()));
  }

  @AfterEach
  void close() {
    backlog.close();
    one.close();
  }

  @Test
  void whereRequestsWaitTheBrokerSaysHowMany() {
    lookWhileTheLogEndsAt(10_001L);

    assertThat(backlog.records()).isEqualTo(10_001);
    assertThat(backlog.tooLong()).isTrue();
  }

  @Test
  void whereThePartitionIsPausedTheBrokerSaysHowMany() {
    consumer.pause(Set.of(REQUESTS));
    broker.end = 7L;
    backlog.look(owned, Set.of());
    backlog.look(owned, Set.of());

    assertThat(backlog.records()).isEqualTo(7);
    assertThat(backlog.tooLong()).isFalse();
  }

  @Test
  void anAnswerThatIsOlderTakesNothingBack() {
    lookWhileTheLogEndsAt(20L);
    lookWhileTheLogEndsAt(5L);

    assertThat(backlog.records()).isEqualTo(20);
  }

  @Test
  void aBrokerThatDoesNotAnswerLeavesTheFigure() {
    lookWhileTheLogEndsAt(20L);
    lookWhileTheLogEndsAt(null);

    assertThat(backlog.records()).isEqualTo(20);
  }

  @Test
  void aPartitionThatComesBackMayBeAnotherLog() {
    lookWhileTheLogEndsAt(20L);
    backlog.forget(REQUESTS);
    lookWhileTheLogEndsAt(5L);

    assertThat(backlog.records()).isEqualTo(5);
  }

  // The first look asks, the second has the answer.
  private void lookWhileTheLogEndsAt(@Nullable Long end) {
    broker.end = end;
    backlog.look(owned, WAITING);
    backlog.look(owned, WAITING);
  }

  /// Says where the log ends, at once; null: does not answer in time.
  private static final class Broker extends ForwardingAdmin {
    private @Nullable Long end;

    Broker() {
      super(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1"));
    }

    @Override
    public ListOffsetsResult listOffsets(
        Map<TopicPartition, OffsetSpec> partitions, ListOffsetsOptions options) {
      Long now = end;
      KafkaFuture<ListOffsetsResultInfo> told =
          KafkaFuture.completedFuture(REQUESTS)
              .thenApply(
                  _ -> {
                    if (now == null) {
                      throw new TimeoutException("no answer");
                    }
                    return new ListOffsetsResultInfo(now, -1, Optional.empty());
                  });
      return new ListOffsetsResult(Map.of(REQUESTS, told));
    }
  }
}
