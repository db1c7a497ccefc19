package io.nodebridge.orchestrator.decide;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A workflow's steps in the order in which they run.
public record Definition(String name, int version, List<Step> steps) {

  private static final Step VALIDATE = new Step.BuiltIn("validate", Step.Work.VALIDATE);
  private static final Step STAMP = new Step.BuiltIn("stamp", Step.Work.STAMP);

  private static final Map<String, Definition> SHIPPED =
      Map.of(
          "stamping",
          new Definition(
              "stamping",
              1,
              List.of(
                  VALIDATE,
                  new Step.Remote("hash", "content.hash", Duration.ofSeconds(2), 3),
                  STAMP)),
          "local",
          new Definition(
              "local", 1, List.of(VALIDATE, new Step.BuiltIn("hash", Step.Work.HASH), STAMP)));

  public Definition {
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("definition " + name + " has no steps");
    }
    steps = List.copyOf(steps);
  }

  /// The definition of that name, or null.
  public static @Nullable Definition named(String name) {
    return SHIPPED.get(name);
  }

  /// The names that a request may use, sorted.
  public static List<String> names() {
    return SHIPPED.keySet().stream().sorted().toList();
  }
}
