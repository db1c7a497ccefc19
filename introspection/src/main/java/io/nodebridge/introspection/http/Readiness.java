package io.nodebridge.introspection.http;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/// Whether this process may be sent work: every named condition holds. Liveness is another
/// question, which no dependency may answer.
public final class Readiness {
  private final Map<String, BooleanSupplier> conditions = new ConcurrentHashMap<>();

  /// Adds a condition; `name` completes the sentence "not ready: …".
  public void require(String name, BooleanSupplier condition) {
    conditions.put(name, condition);
  }

  /// The names of the conditions that do not hold, sorted.
  public List<String> missing() {
    return new TreeMap<>(conditions)
        .entrySet().stream()
            .filter(condition -> !condition.getValue().getAsBoolean())
            .map(Map.Entry::getKey)
            .toList();
  }
}
