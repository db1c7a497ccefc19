package io.nodebridge.orchestrator.run;

import io.nodebridge.events.kafka.Topic;
import io.nodebridge.orchestrator.own.Commit;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Commits where each partition's next owner begins: each second, also what has not changed,
/// because a commit that succeeds says that nobody else can have claimed for a session's time since
/// it was sent. Used by the thread that polls.
final class Offsets {
  private static final Logger LOG = LoggerFactory.getLogger(Offsets.class);
  private static final long COMMIT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(5);

  private final Consumer<String, byte[]> consumer;
  private final OwnedPartitions owned;
  private final long sessionNanos;
  private long lastNanos = System.nanoTime();

  Offsets(Consumer<String, byte[]> consumer, OwnedPartitions owned, Duration session) {
    this.consumer = consumer;
    this.owned = owned;
    this.sessionNanos = session.toNanos();
  }

  /// Until when nobody else can have claimed what was committed by a request sent at `sentNanos`.
  long sureUntil(long sentNanos) {
    return sentNanos + sessionNanos;
  }

  void commitWhenDue() {
    if (System.nanoTime() - lastNanos >= COMMIT_NANOS) {
      lastNanos = System.nanoTime();
      long sureNanos = sureUntil(lastNanos);
      List<OwnedPartition> ours = List.copyOf(owned.all());
      consumer.commitAsync(
          positions(),
          (_, failure) -> {
            if (failure == null) {
              ours.forEach(partition -> partition.sureUntil(sureNanos));
            }
          });
    }
  }

  /// Commits now. The next owner starts at what was committed; a failure means that it reads some
  /// of it again.
  void commit() {
    try {
      try {
        consumer.commitSync(positions(), ASK_TIMEOUT);
      } catch (WakeupException e) {
        // Meant for a poll that had ended already.
        consumer.commitSync(positions(), ASK_TIMEOUT);
      }
    } catch (KafkaException e) {
      LOG.atWarn().setCause(e).log("offsets were not committed");
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> positions() {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    for (OwnedPartition partition : owned.all()) {
      Commit commit = partition.commit();
      positions.put(
          new TopicPartition(Topic.REQUESTS.topicName(), partition.number()),
          new OffsetAndMetadata(commit.offset(), commit.metadata()));
    }
    return positions;
  }
}
