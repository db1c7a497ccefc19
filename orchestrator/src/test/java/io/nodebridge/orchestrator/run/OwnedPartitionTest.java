package io.nodebridge.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.orchestrator.run.Waits.News;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnedPartitionTest {
  private static final String LOCAL = "{\"definition\":\"local\",\"content\":{\"text\":\"hello\"}}";

  private final OneOwned one = new OneOwned();

  @AfterEach
  void close() {
    one.close();
  }

  @Test
  void theClaimsOwnCommitAnswersWhoeverWaitsBeforeTheNextOne() throws Exception {
    assertThat(newsOfAnEnd(System.nanoTime() + TimeUnit.MINUTES.toNanos(1)))
        .isInstanceOfSatisfying(
            News.Ended.class,
            ended -> assertThat(ended.outcome().state()).isEqualTo(WorkflowState.COMPLETED));
    assertThat(one.freed).hasValue(1);
  }

  @Test
  void anEndThatCameLaterThanTheClaimsCommitCanTellIsNotTold() throws Exception {
    assertThat(newsOfAnEnd(System.nanoTime() - 1)).isEqualTo(News.None.SURE);
  }

  private News newsOfAnEnd(long sureUntilNanos) throws InterruptedException {
    OwnedPartition partition = one.claimed(sureUntilNanos);
    try (Waits.Wait wait = Objects.requireNonNull(one.waits.begin(OneOwned.ID))) {
      partition.polled(
          new ConsumerRecord<>(
              Topic.REQUESTS.topicName(),
              OneOwned.NUMBER,
              0,
              OneOwned.ID.toString(),
              LOCAL.getBytes(StandardCharsets.UTF_8)),
          System.nanoTime());
      return wait.news(TimeUnit.SECONDS.toNanos(10));
    }
  }
}
