package io.nodebridge.orchestrator.own;

import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowOutcome;
import io.nodebridge.events.message.WorkflowState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How workflows ended, for a day and up to a number: the oldest go first.
final class Memory {
  private static final long KEPT_MILLIS = 24L * 60 * 60 * 1_000;

  private final LinkedHashMap<UUID, Past> pasts;
  private final int capacity;

  /// A workflow that ended: as much of its outcome as is small.
  ///
  /// @param hash that it stamped; null if it did not
  record Past(
      String bodyHash,
      WorkflowState state,
      @Nullable String hash,
      @Nullable WorkflowError error,
      long atMillis) {

    static Past of(WorkflowOutcome outcome, String bodyHash, long atMillis) {
      Stamp stamp = outcome.stamp();
      return new Past(
          bodyHash,
          outcome.state(),
          stamp == null ? null : stamp.hash(),
          outcome.error(),
          atMillis);
    }

    WorkflowOutcome outcome(UUID id) {
      return new WorkflowOutcome(
          id, state, hash == null ? null : Stamping.stamp(id, hash), null, error, bodyHash);
    }
  }

  Memory(int capacity) {
    this.capacity = capacity;
    // Of its full size at once: what grows later is a leak to whoever looks for one.
    this.pasts = LinkedHashMap.newLinkedHashMap(capacity);
  }

  void keep(UUID id, Past past) {
    pasts.put(id, past);
    while (pasts.size() > capacity) {
      pasts.pollFirstEntry();
    }
  }

  @Nullable Past past(UUID id) {
    return pasts.get(id);
  }

  void forgetOld(long nowMillis) {
    Map.Entry<UUID, Past> oldest = pasts.firstEntry();
    while (oldest != null && oldest.getValue().atMillis() + KEPT_MILLIS <= nowMillis) {
      pasts.pollFirstEntry();
      oldest = pasts.firstEntry();
    }
  }
}
