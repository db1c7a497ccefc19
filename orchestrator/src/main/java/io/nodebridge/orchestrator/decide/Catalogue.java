package io.nodebridge.orchestrator.decide;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The definitions that an orchestrator knows.
public interface Catalogue {
  /// The highest version, which new workflows take; null if there is no definition of that name.
  @Nullable Definition latest(String name);

  /// The one that a workflow began with; null if it is gone.
  @Nullable Definition exact(String name, int version);

  /// The names that a request may use, sorted.
  List<String> names();
}
