package io.nodebridge.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.orchestrator.own.Claiming;
import io.nodebridge.orchestrator.own.Claiming.Next;
import io.nodebridge.orchestrator.own.Commit;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private static final TopicPartition EVENTS = new TopicPartition(Topic.EVENTS.topicName(), 0);
  private static final Claim LATEST = new Claim(1, 6);
  private static final Commit COMMITTED = new Commit(3, LATEST, 1, LATEST);

  private final List<ProducerRecord<String, byte[]>> log = new ArrayList<>();
  private final List<Commit> commits = new ArrayList<>();
  private final MockConsumer<String, byte[]> reader = new MockConsumer<>("earliest");
  private final Claims claims = new Claims(reader, producer());

  @BeforeEach
  void theLogHasAMarker() {
    log.add(writer(LATEST).marker());
    reader.schedulePollTask(this::show);
    reader.updateBeginningOffsets(Map.of(EVENTS, 0L));
    reader.updateEndOffsets(Map.of(EVENTS, 1L));
  }

  @Test
  void theNextMemberCommitsItsClaimBeforeItsMarkerIsWritten() throws Exception {
    Next end =
        claim(
            COMMITTED,
            7,
            commit -> {
              assertThat(log).hasSize(1);
              commits.add(commit);
            });

    Claim ours = new Claim(1, 7);
    assertThat(end).isEqualTo(new Next.Claimed(ours, 3, 1));
    assertThat(commits).containsExactly(new Commit(3, ours, 1, LATEST));
  }

  @Test
  void aMemberOfAnOlderGenerationThanTheCommittedOneWritesNothing() throws Exception {
    Next end = claim(COMMITTED, 5, commits::add);

    assertThat(end).isInstanceOf(Next.Refused.class);
    assertThat(log).hasSize(1);
    assertThat(commits).isEmpty();
  }

  @Test
  void whereNothingWasCommittedTheCoordinatorSaysWhoIsAMember() {
    assertThatExceptionOfType(CommitFailedException.class)
        .isThrownBy(
            () ->
                claim(
                    null,
                    5,
                    _ -> {
                      throw new CommitFailedException("thrown out");
                    }));

    assertThat(log).hasSize(1);
  }

  @Test
  void whereNothingWasCommittedAllEarlierClaimsRankLower() throws Exception {
    assertThat(claim(null, 2, commits::add)).isEqualTo(new Next.Claimed(new Claim(2, 2), 0, 1));
  }

  private @Nullable Next claim(@Nullable Commit committed, int generation, Claims.Fence fence)
      throws InterruptedException {
    Claiming claiming =
        new Claiming(committed, committed == null ? 0 : committed.offset(), 0, generation, 10);
    claims.begin(0, claiming, ClaimsTest::writer, fence);
    Next end = claims.goOn();
    while (end == null) {
      end = claims.goOn();
    }
    return end;
  }

  private void show() {
    for (long offset = reader.position(EVENTS); offset < log.size(); offset++) {
      ProducerRecord<String, byte[]> record = log.get((int) offset);
      ConsumerRecord<String, byte[]> shown =
          new ConsumerRecord<>(EVENTS.topic(), 0, offset, record.key(), record.value());
      record.headers().forEach(shown.headers()::add);
      reader.addRecord(shown);
    }
    reader.schedulePollTask(this::show);
  }

  private static EventWriter writer(Claim claim) {
    return new EventWriter(0, claim, Uuid.ONE_UUID, "/test", Clock.systemUTC());
  }

  private MockProducer<String, byte[]> producer() {
    return new MockProducer<>() {
      @Override
      public synchronized Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
        log.add(record);
        return CompletableFuture.completedFuture(
            new RecordMetadata(EVENTS, log.size() - 1, 0, 0, 0, 0));
      }
    };
  }
}
