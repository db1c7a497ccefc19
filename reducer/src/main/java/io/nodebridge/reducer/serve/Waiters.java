package io.nodebridge.reducer.serve;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/// Readers that wait for a workflow's next commit. A reader registers before it looks, so that a
/// commit between its look and its wait is not lost.
public final class Waiters {
  private final Map<UUID, Set<CountDownLatch>> waiting = new ConcurrentHashMap<>();

  /// Registers; the latch opens at the next commit that changes the workflow.
  CountDownLatch register(UUID workflowId) {
    CountDownLatch latch = new CountDownLatch(1);
    waiting.compute(
        workflowId,
        (_, latches) -> {
          Set<CountDownLatch> all = latches == null ? ConcurrentHashMap.newKeySet() : latches;
          all.add(latch);
          return all;
        });
    return latch;
  }

  void remove(UUID workflowId, CountDownLatch latch) {
    waiting.computeIfPresent(
        workflowId,
        (_, latches) -> {
          latches.remove(latch);
          return latches.isEmpty() ? null : latches;
        });
  }

  /// The writer has committed changes of these workflows.
  public void committed(Collection<UUID> workflowIds) {
    if (waiting.isEmpty()) {
      return;
    }
    for (UUID id : workflowIds) {
      Set<CountDownLatch> latches = waiting.remove(id);
      if (latches != null) {
        latches.forEach(CountDownLatch::countDown);
      }
    }
  }
}
