package io.nodebridge.introspection.registry;

import io.nodebridge.events.kafka.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/// Which registry leads: the one that Kafka gives the only partition of the verdicts to. Another
/// gets it within the session's time-out after the leader's death, at once after its farewell.
///
/// Used by the registry's one thread. Holding the partition is only the right to claim; what fences
/// a leader that was paused is the generation of its claim in Postgres.
final class Leadership implements AutoCloseable {
  static final String GROUP = "nodebridge-registry";

  private final Consumer<String, byte[]> member;
  private long terms;
  private volatile boolean held;
  private volatile boolean joined;

  Leadership(Consumer<String, byte[]> member) {
    this.member = member;
    join();
  }

  /// Takes part in the group, and waits that long.
  ///
  /// @return the present term, which differs from every one before; 0 without the partition
  long turn(Duration wait) {
    member.poll(wait);
    joined = member.groupMetadata().generationId() >= 0;
    return held ? terms : 0;
  }

  /// Whether this registry leads or another is known to.
  boolean settled() {
    return joined;
  }

  /// Gives the partition back and joins anew.
  void resign() {
    member.unsubscribe();
    held = false;
    join();
  }

  void wakeup() {
    member.wakeup();
  }

  @Override
  public void close() {
    member.close();
  }

  private void join() {
    member.subscribe(
        List.of(Topic.NODE_STATES.topicName()),
        new ConsumerRebalanceListener() {
          @Override
          public void onPartitionsAssigned(Collection<TopicPartition> gained) {
            if (!gained.isEmpty()) {
              // Nothing is read from it.
              member.pause(gained);
              terms++;
              held = true;
            }
          }

          @Override
          public void onPartitionsRevoked(Collection<TopicPartition> given) {
            held = held && given.isEmpty();
          }
        });
  }
}
