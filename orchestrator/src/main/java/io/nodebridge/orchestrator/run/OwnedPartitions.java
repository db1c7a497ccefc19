package io.nodebridge.orchestrator.run;

import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.CancelRequest;
import io.nodebridge.events.message.WorkflowOutcome;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The partitions of requests that are here, and what they know of workflows. The thread that polls
/// brings and takes them; any thread may ask.
public final class OwnedPartitions {
  private final Map<Integer, OwnedPartition> owned = new ConcurrentHashMap<>();
  private final Waits waits = new Waits();

  /// The body under which a workflow is known; null if it is not, or its partition is not here.
  public @Nullable String bodyHashOf(UUID id) {
    OwnedPartition partition = ownerOf(id);
    return partition == null ? null : partition.bodyHashOf(id);
  }

  /// Whether the partition of a workflow is here.
  public boolean owns(UUID id) {
    return ownerOf(id) != null;
  }

  /// How a workflow ended; null if that is not known here for sure.
  public @Nullable WorkflowOutcome outcomeOf(UUID id) {
    OwnedPartition partition = ownerOf(id);
    return partition == null ? null : partition.outcomeOf(id);
  }

  /// Those who wait for workflows to end.
  public Waits waits() {
    return waits;
  }

  /// A cancellation is on the log. Where its workflow runs here it is over at once: the requests
  /// that lie before the cancellation may wait for the very room that it makes.
  public void cancelled(long offset, CancelRequest cancel) {
    OwnedPartition partition = ownerOf(cancel.workflowId());
    if (partition != null) {
      partition.cancelled(offset, cancel);
    }
  }

  private @Nullable OwnedPartition ownerOf(UUID id) {
    return owned.get(Topic.REQUESTS.partitionOf(id.toString()));
  }

  void put(int number, OwnedPartition partition) {
    owned.put(number, partition);
  }

  /// Whoever waits there is told.
  @Nullable OwnedPartition remove(int number) {
    OwnedPartition partition = owned.remove(number);
    waits.lost(number);
    return partition;
  }

  @Nullable OwnedPartition get(int number) {
    return owned.get(number);
  }

  Collection<OwnedPartition> all() {
    return owned.values();
  }

  /// Why partitions wait for a person, by their numbers.
  Map<Integer, String> halted() {
    Map<Integer, String> reasons = new TreeMap<>();
    owned.forEach(
        (number, partition) -> {
          String reason = partition.halted();
          if (reason != null) {
            reasons.put(number, reason);
          }
        });
    return reasons;
  }

  /// Whether there is one that does not wait for a person.
  boolean anyRuns() {
    return owned.values().stream().anyMatch(partition -> partition.halted() == null);
  }
}
