package io.nodebridge.introspection.http;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Whether this process may be sent work: every named condition holds. Liveness is another
/// question, which no dependency may answer. What a person should know although work can be sent is
/// told in the same place.
public final class Readiness {
  private final Map<String, BooleanSupplier> conditions = new ConcurrentHashMap<>();
  private volatile Supplier<List<String>> troubles = List::of;

  /// Adds a condition; `name` completes the sentence "not ready: …".
  public void require(String name, BooleanSupplier condition) {
    conditions.put(name, condition);
  }

  /// Tells of troubles that do not keep work away; each is one line.
  public void tell(Supplier<List<String>> troubles) {
    this.troubles = troubles;
  }

  /// What a person should know.
  public List<String> troubles() {
    return troubles.get();
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
