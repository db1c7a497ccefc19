package io.nodebridge.orchestrator.run;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.orchestrator.own.Claiming;
import io.nodebridge.orchestrator.own.Claiming.Next;
import io.nodebridge.orchestrator.own.Commit;
import io.nodebridge.orchestrator.own.Takeover;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Does what a [Claiming] asks for, one partition at a time and a slice at a time: whoever polls
/// goes on with the partitions that it has, however long the log is that has to be read.
final class Claims implements AutoCloseable {
  private static final JsonCodec<WorkflowEvent> EVENT = JsonCodec.of(WorkflowEvent.class);
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration SLICE = Duration.ofMillis(20);

  private final Consumer<String, byte[]> reader;
  private final Producer<String, byte[]> producer;

  private @Nullable Job job;

  /// Commits a position as a member of the group.
  @FunctionalInterface
  interface Fence {
    /// Commits it.
    ///
    /// @throws KafkaException if the coordinator does not take it
    void commit(Commit commit);
  }

  /// What is under way.
  private static final class Job {
    private final TopicPartition events;
    private final Claiming claiming;
    private final Function<Claim, EventWriter> writers;
    private final Fence fence;
    private long end = -1;
    private @Nullable Future<RecordMetadata> marker;

    Job(int partition, Claiming claiming, Function<Claim, EventWriter> writers, Fence fence) {
      this.events = new TopicPartition(Topic.EVENTS.topicName(), partition);
      this.claiming = claiming;
      this.writers = writers;
      this.fence = fence;
    }
  }

  Claims(Consumer<String, byte[]> reader, Producer<String, byte[]> producer) {
    this.reader = reader;
    this.producer = producer;
  }

  /// The first records that there are.
  ///
  /// Asked here and not of the group's consumer: while the broker holds that one's fetch, half a
  /// second on an idle topic, it answers nothing else on the connection.
  Map<TopicPartition, Long> starts(Collection<TopicPartition> logs) {
    return reader.beginningOffsets(logs, ASK_TIMEOUT);
  }

  /// Where the next records will be.
  Map<TopicPartition, Long> ends(Collection<TopicPartition> logs) {
    return reader.endOffsets(logs, ASK_TIMEOUT);
  }

  /// Begins with a partition; [#goOn] follows.
  void begin(int partition, Claiming claiming, Function<Claim, EventWriter> writers, Fence fence) {
    Job begun = new Job(partition, claiming, writers, fence);
    reader.assign(List.of(begun.events));
    reader.seek(begun.events, claiming.eventsFrom());
    job = begun;
  }

  /// The partition that is being claimed; null if none is.
  @Nullable Integer partition() {
    return job == null ? null : job.events.partition();
  }

  /// Leaves the partition that is being claimed alone.
  void giveUp() {
    job = null;
  }

  /// Goes on for a slice of time.
  ///
  /// @return how it ended; null if it has not, or nothing is under way
  /// @throws KafkaException if it cannot go on; then it is given up
  @Nullable Next goOn() throws InterruptedException {
    Job now = job;
    if (now == null) {
      return null;
    }
    job = null;
    Next end = goOn(now);
    if (end == null) {
      job = now;
    }
    return end;
  }

  private @Nullable Next goOn(Job now) throws InterruptedException {
    while (true) {
      Next next = now.claiming.next();
      switch (next) {
        case Next.Read read -> {
          if (!isRead(now, read)) {
            return null;
          }
          now.end = -1;
          now.claiming.read();
        }
        case Next.Fence fence -> {
          now.fence.commit(fence.commit());
          now.claiming.fenced();
        }
        case Next.Mark mark -> {
          Long offset = marked(now, mark.claim());
          if (offset == null) {
            return null;
          }
          now.claiming.marked(offset);
        }
        case Next.Claimed _, Next.Refused _ -> {
          return next;
        }
      }
    }
  }

  private boolean isRead(Job now, Next.Read read) {
    if (now.end < 0) {
      Long asked = read.end();
      now.end = asked == null ? ends(Set.of(now.events)).getOrDefault(now.events, 0L) : asked;
    }
    if (reader.position(now.events, ASK_TIMEOUT) < now.end) {
      for (ConsumerRecord<String, byte[]> event : reader.poll(SLICE)) {
        if (event.offset() < now.end) {
          tell(event, now.claiming.takeover());
        }
      }
    }
    if (reader.position(now.events, ASK_TIMEOUT) < now.end) {
      return false;
    }
    reader.seek(now.events, now.end);
    return true;
  }

  private @Nullable Long marked(Job now, Claim claim) throws InterruptedException {
    Future<RecordMetadata> marker = now.marker;
    if (marker == null) {
      marker = producer.send(now.writers.apply(claim).marker());
      now.marker = marker;
    }
    try {
      return marker.get(SLICE.toMillis(), TimeUnit.MILLISECONDS).offset();
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    }
  }

  // What cannot be read is a dead letter to the reducer, and nothing to us.
  private static void tell(ConsumerRecord<String, byte[]> event, Takeover takeover) {
    try {
      Envelope envelope = Envelope.readFrom(event.headers());
      Claim claim = Claim.readFrom(event.headers());
      switch (envelope.type()) {
        case PARTITION_CLAIMED -> {
          if (claim != null) {
            takeover.marker(claim);
          }
        }
        case WORKFLOW_STARTED, WORKFLOW_PROGRESSED, WORKFLOW_COMPLETED, WORKFLOW_FAILED ->
            takeover.event(claim, envelope.requestOffset(), EVENT.decode(event.value()));
        case WORKFLOW_REJECTED -> {
          Long request = envelope.requestOffset();
          if (request != null) {
            takeover.rejection(claim, request);
          }
        }
        default -> {
          // does not belong on this log
        }
      }
    } catch (InvalidMessageException e) {
      // as above
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
