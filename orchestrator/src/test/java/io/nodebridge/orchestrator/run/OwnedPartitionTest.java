package io.nodebridge.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.call.StepClient;
import io.nodebridge.orchestrator.define.Definitions;
import io.nodebridge.orchestrator.own.Claiming;
import io.nodebridge.orchestrator.own.Partition;
import io.nodebridge.orchestrator.route.RoutingTable;
import io.nodebridge.orchestrator.run.Waits.News;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnedPartitionTest {
  private static final UUID ID = new UUID(1, 1);
  private static final int NUMBER = Topic.REQUESTS.partitionOf(ID.toString());
  private static final String LOCAL = "{\"definition\":\"local\",\"content\":{\"text\":\"hello\"}}";

  private final Clock clock = Clock.systemUTC();
  private final OrchestratorMeters meters = new OrchestratorMeters(new SimpleMeterRegistry(), null);
  private final StepClient steps =
      new StepClient(new RoutingTable(Map.of(), Duration.ofSeconds(1), clock), meters, clock);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Waits waits = new Waits();
  private final AtomicInteger freed = new AtomicInteger();

  @AfterEach
  void close() {
    steps.close();
    threads.close();
  }

  @Test
  void theClaimsOwnCommitAnswersWhoeverWaitsBeforeTheNextOne() throws Exception {
    assertThat(newsOfAnEnd(System.nanoTime() + TimeUnit.MINUTES.toNanos(1)))
        .isInstanceOfSatisfying(
            News.Ended.class,
            ended -> assertThat(ended.outcome().state()).isEqualTo(WorkflowState.COMPLETED));
    assertThat(freed).hasValue(1);
  }

  @Test
  void anEndThatCameLaterThanTheClaimsCommitCanTellIsNotTold() throws Exception {
    assertThat(newsOfAnEnd(System.nanoTime() - 1)).isEqualTo(News.None.SURE);
  }

  private News newsOfAnEnd(long sureUntilNanos) throws InterruptedException {
    OwnedPartition partition = claimed(sureUntilNanos);
    try (Waits.Wait wait = Objects.requireNonNull(waits.begin(ID))) {
      partition.polled(
          new ConsumerRecord<>(
              Topic.REQUESTS.topicName(),
              NUMBER,
              0,
              ID.toString(),
              LOCAL.getBytes(StandardCharsets.UTF_8)),
          System.nanoTime());
      return wait.news(TimeUnit.SECONDS.toNanos(10));
    }
  }

  private OwnedPartition claimed(long sureUntilNanos) {
    Claiming claiming = new Claiming(null, 0, 0, 1, 10);
    claiming.read();
    Claiming.Next.Fence fence = (Claiming.Next.Fence) claiming.next();
    claiming.fenced();
    claiming.marked(0);
    claiming.takeover().marker(fence.commit().claim());
    claiming.read();
    Claiming.Next.Claimed claimed = (Claiming.Next.Claimed) claiming.next();
    return new OwnedPartition(
        NUMBER,
        new OwnedPartition.Shared(
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()),
            new StepRunner(steps, clock),
            threads,
            meters,
            waits,
            Uuid.ONE_UUID,
            1_000,
            clock),
        new EventWriter(NUMBER, claimed.claim(), Uuid.ONE_UUID, "/test", clock),
        new Partition(claimed, claiming.takeover(), Definitions.load(null)),
        sureUntilNanos,
        freed::incrementAndGet);
  }
}
