package io.nodebridge.orchestrator.run;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many requests wait to be run in the partitions that are here.
///
/// A consumer knows a log's end from its last fetch, and fetches no partition that is paused, or of
/// which it has records left: there its figure would stand still just when requests pile up. So the
/// broker is asked where the logs of those end, and nobody waits for the answer.
final class Backlog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);
  private static final long MAX_RECORDS = 10_000;

  private final Consumer<String, byte[]> consumer;
  private final Admin admin;
  private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
  private CompletableFuture<?> asked = CompletableFuture.completedFuture(null);
  private volatile long records;

  Backlog(Consumer<String, byte[]> consumer, Admin admin) {
    this.consumer = consumer;
    this.admin = admin;
  }

  /// As of the last look; told from any thread.
  long records() {
    return records;
  }

  /// Whether more requests wait than will be run soon.
  boolean tooLong() {
    return records > MAX_RECORDS;
  }

  /// Looks again; on the thread that polls.
  ///
  /// @param waiting partitions of which more is polled than runs
  void look(OwnedPartitions owned, Set<Integer> waiting) {
    long all = 0;
    Map<TopicPartition, OffsetSpec> unseen = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      OwnedPartition ours = owned.get(partition.partition());
      // What waits for a person does not count: it would shut the door for all other partitions.
      if (ours == null || ours.halted() != null) {
        continue;
      }
      long next = ours.next();
      if (waiting.contains(partition.partition()) || consumer.paused().contains(partition)) {
        unseen.put(partition, OffsetSpec.latest());
      } else {
        consumer.currentLag(partition).ifPresent(lag -> told(partition, next + lag));
      }
      all += Math.max(0, ends.getOrDefault(partition, 0L) - next);
    }
    records = all;
    if (!unseen.isEmpty() && asked.isDone()) {
      asked = ask(unseen);
    }
  }

  // What was told before may be younger: a fetch that began before a pause, an answer that came
  // late.
  private void told(TopicPartition partition, long end) {
    ends.merge(partition, end, Math::max);
  }

  /// The partition is no longer here; its log may be another one when it comes back.
  void forget(TopicPartition partition) {
    ends.remove(partition);
  }

  private CompletableFuture<?> ask(Map<TopicPartition, OffsetSpec> partitions) {
    return admin
        .listOffsets(partitions)
        .all()
        .toCompletionStage()
        .handle(
            (found, failure) -> {
              if (failure == null) {
                found.forEach((partition, end) -> told(partition, end.offset()));
              } else {
                LOG.debug("the log's ends are not known", failure);
              }
              return null;
            })
        .toCompletableFuture();
  }

  @Override
  public void close() {
    admin.close();
  }
}
