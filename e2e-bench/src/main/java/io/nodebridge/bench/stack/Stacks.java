package io.nodebridge.bench.stack;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

/// Chooses a provider and starts a stack.
public final class Stacks {
  private static final Set<String> CHOICES = Set.of("auto", "embedded", "containers");

  private Stacks() {}

  /// Refuses a `-Dstack` that cannot be had, before anything was measured.
  ///
  /// @throws IllegalArgumentException naming the value and the rule
  public static void requireKnownChoice() throws InterruptedException {
    String choice = System.getProperty("stack", "auto");
    if (!CHOICES.contains(choice)) {
      throw new IllegalArgumentException(
          "-Dstack is \"" + choice + "\": must be auto, embedded or containers");
    }
    String missing = choice.equals("containers") ? Engine.missing() : null;
    if (missing != null) {
      throw new IllegalArgumentException("-Dstack=containers: " + missing);
    }
  }

  /// Starts a stack by `-Dstack`, and says which provider it is and why.
  ///
  /// @param overrides settings by environment key, for every service
  /// @throws StackException if a part does not start; what was started is stopped again
  public static Stack start(Places places, Map<String, String> overrides)
      throws IOException, InterruptedException {
    String choice = System.getProperty("stack", "auto");
    return switch (choice) {
      case "embedded" -> start(EmbeddedStack::start, places, overrides, "-Dstack=embedded");
      case "containers" -> {
        String missing = Engine.missing();
        if (missing != null) {
          throw new StackException("-Dstack=containers: " + missing, null);
        }
        yield start(ContainerStack::start, places, overrides, "-Dstack=containers");
      }
      case "auto" -> {
        String missing = Engine.missing();
        yield missing == null
            ? start(ContainerStack::start, places, overrides, "an engine and the images are here")
            : start(EmbeddedStack::start, places, overrides, missing);
      }
      default ->
          throw new StackException(
              "-Dstack is \"" + choice + "\": must be auto, embedded or containers", null);
    };
  }

  /// Starts an embedded stack whatever `-Dstack` says: only its parts can be made to fail.
  ///
  /// @throws StackException if a part does not start; what was started is stopped again
  public static BreakableStack breakable(Places places, Map<String, String> overrides)
      throws IOException, InterruptedException {
    return EmbeddedStack.start(places, overrides);
  }

  @FunctionalInterface
  private interface Provider {
    Stack start(Places places, Map<String, String> overrides)
        throws IOException, InterruptedException;
  }

  private static Stack start(
      Provider provider, Places places, Map<String, String> overrides, String why)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Stack stack = provider.start(places, overrides);
    System.out.printf(
        "stack: %s (%s), up in %.1f s%n", stack.provider(), why, (System.nanoTime() - begin) / 1e9);
    return stack;
  }
}
