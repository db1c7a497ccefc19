package io.nodebridge.reducer.poll;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// How old the oldest record is that is not committed. A record whose partition has to be claimed
/// again leaves the line in which it stood, but goes on ageing until its partition is held again.
final class LagAge {
  private final Map<Integer, Long> oldestMillis = new HashMap<>();

  /// The highest age of any assigned partition; 0 where nothing waits.
  ///
  /// @param held the partitions that are claimed; what is not in line there is on its way to it
  /// @param inLine when the oldest record in line was appended, by partition
  long millis(Set<Integer> assigned, Set<Integer> held, Map<Integer, Long> inLine, long nowMillis) {
    oldestMillis.keySet().retainAll(assigned);
    oldestMillis.keySet().removeAll(held);
    oldestMillis.putAll(inLine);
    return oldestMillis.values().stream()
        .mapToLong(oldest -> Math.max(0, nowMillis - oldest))
        .max()
        .orElse(0);
  }
}
