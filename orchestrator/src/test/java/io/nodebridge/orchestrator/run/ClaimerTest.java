package io.nodebridge.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.orchestrator.own.Commit;
import io.nodebridge.orchestrator.run.RequestLoop.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimerTest {
  private static final List<Integer> PARTITIONS = List.of(0, 1, 2, 3);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Set<Integer> withoutLeader = new HashSet<>();
  private final List<Integer> asked = new ArrayList<>();
  private final MockConsumer<String, byte[]> group = new MockConsumer<>("none");
  private final MockConsumer<String, byte[]> reader =
      new MockConsumer<>("none") {
        @Override
        public synchronized Map<TopicPartition, Long> beginningOffsets(
            Collection<TopicPartition> partitions, Duration timeout) {
          asked.add(partitions.size() / 2);
          if (partitions.stream().anyMatch(p -> withoutLeader.contains(p.partition()))) {
            throw new TimeoutException("no leader");
          }
          return super.beginningOffsets(partitions, timeout);
        }
      };
  private final Claimer claimer =
      new Claimer(
          group,
          new Claims(reader, producer()),
          new Settings("test", Uuid.ONE_UUID, 10, 10, "/test"),
          10,
          Clock.systemUTC());

  @BeforeEach
  void theGroupGivesUsAll() {
    Set<TopicPartition> requests = of(Topic.REQUESTS);
    group.subscribe(Set.of(Topic.REQUESTS.topicName()));
    group.rebalance(requests);
    for (Topic topic : List.of(Topic.REQUESTS, Topic.EVENTS)) {
      Map<TopicPartition, Long> zeros =
          of(topic).stream().collect(Collectors.toMap(p -> p, _ -> 0L));
      reader.updateBeginningOffsets(zeros);
      reader.updateEndOffsets(zeros);
    }
    claimer.add(PARTITIONS);
  }

  @Test
  void theBrokerIsAskedAboutAllAtOnce() throws Exception {
    assertThat(won(4)).containsExactlyInAnyOrderElementsOf(PARTITIONS);

    assertThat(asked).containsExactly(4);
    assertThat(claimer.done()).isTrue();
  }

  @Test
  void oneThatTheBrokerCannotTellOfKeepsNoOtherWaiting() throws Exception {
    withoutLeader.add(2);

    assertThat(won(3)).containsExactlyInAnyOrder(0, 1, 3);

    assertThat(claimer.done()).isFalse();
    withoutLeader.clear();
    assertThat(won(1)).containsExactly(2);
  }

  @Test
  void whereRequestsAreMissingTheBrokerIsAskedAgain() throws Exception {
    TopicPartition requests = new TopicPartition(Topic.REQUESTS.topicName(), 1);
    Claim former = new Claim(1, 1);
    Commit commit = new Commit(5, former, 0, former);
    group.commitSync(Map.of(requests, new OffsetAndMetadata(commit.offset(), commit.metadata())));
    assertThat(won(3)).containsExactlyInAnyOrder(0, 2, 3);
    assertThat(claimer.done()).isTrue();
    assertThat(claimer.gaps()).containsOnlyKeys(1);

    reader.updateEndOffsets(Map.of(requests, 5L));

    assertThat(won(1)).containsExactly(1);
    assertThat(claimer.gaps()).isEmpty();
  }

  private List<Integer> won(int count) throws InterruptedException {
    List<Integer> won = new ArrayList<>();
    long begun = System.nanoTime();
    while (won.size() < count) {
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("won %s", won).isLessThan(LIMIT);
      Claimer.Won next = claimer.goOn();
      if (next != null) {
        won.add(next.events().partition());
      }
    }
    return won;
  }

  private static Set<TopicPartition> of(Topic topic) {
    return PARTITIONS.stream()
        .map(number -> new TopicPartition(topic.topicName(), number))
        .collect(Collectors.toSet());
  }

  // The first record of its partition, which the reader is at.
  private MockProducer<String, byte[]> producer() {
    return new MockProducer<>() {
      @Override
      public synchronized Future<RecordMetadata> send(ProducerRecord<String, byte[]> marker) {
        TopicPartition events = new TopicPartition(marker.topic(), marker.partition());
        ConsumerRecord<String, byte[]> shown =
            new ConsumerRecord<>(
                events.topic(), events.partition(), 0, marker.key(), marker.value());
        marker.headers().forEach(shown.headers()::add);
        reader.addRecord(shown);
        return CompletableFuture.completedFuture(new RecordMetadata(events, 0, 0, 0, 0, 0));
      }
    };
  }
}
