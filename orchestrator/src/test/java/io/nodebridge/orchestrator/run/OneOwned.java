package io.nodebridge.orchestrator.run;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.call.StepClient;
import io.nodebridge.orchestrator.define.Definitions;
import io.nodebridge.orchestrator.own.Claiming;
import io.nodebridge.orchestrator.own.Partition;
import io.nodebridge.orchestrator.route.RoutingTable;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// A partition that is ours, and whose log takes everything.
final class OneOwned implements AutoCloseable {
  /// A workflow that belongs there.
  static final UUID ID = new UUID(1, 1);

  static final int NUMBER = Topic.REQUESTS.partitionOf(ID.toString());

  private final Clock clock = Clock.systemUTC();
  private final OrchestratorMeters meters = new OrchestratorMeters(new SimpleMeterRegistry(), null);
  private final StepClient steps =
      new StepClient(new RoutingTable(Map.of(), Duration.ofSeconds(1), clock), meters, clock);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  final Waits waits = new Waits();
  final AtomicInteger freed = new AtomicInteger();

  OwnedPartition claimed(long sureUntilNanos) {
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

  @Override
  public void close() {
    steps.close();
    threads.close();
  }
}
