package io.nodebridge.bench.stack;

import java.io.IOException;
import java.util.Map;

/// Chooses a provider and starts a stack.
public final class Stacks {
  private Stacks() {}

  /// Starts a stack by `-Dstack`, and says which provider it is and why.
  ///
  /// @param overrides settings by environment key, for every service
  /// @throws StackException if a part does not start; what was started is stopped again
  public static Stack start(Places places, Map<String, String> overrides)
      throws IOException, InterruptedException {
    String choice = System.getProperty("stack", "auto");
    return switch (choice) {
      case "embedded" -> embedded(places, overrides, "-Dstack=embedded");
      case "auto" -> embedded(places, overrides, "-Dstack=auto: containers are not built in yet");
      default ->
          throw new StackException(
              "-Dstack is \"" + choice + "\": must be auto, embedded or containers", null);
    };
  }

  private static Stack embedded(Places places, Map<String, String> overrides, String why)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Stack stack = EmbeddedStack.start(places, overrides);
    System.out.printf(
        "stack: embedded (%s), up in %.1f s%n", why, (System.nanoTime() - begin) / 1e9);
    return stack;
  }
}
