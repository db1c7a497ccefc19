package io.nodebridge.bench.stack;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Chooses a provider and starts a stack.
public final class Stacks {
  private Stacks() {}

  /// Refuses a choice that cannot be had, before anything was measured.
  ///
  /// @throws IllegalArgumentException saying what is missing
  public static void requireHere(String choice) throws InterruptedException {
    String missing = choice.equals("containers") ? Engine.missing() : null;
    if (missing != null) {
      throw new IllegalArgumentException("-Dstack=containers: " + missing);
    }
  }

  /// The stack that others started there, as it can be measured.
  ///
  /// @throws IllegalArgumentException naming the address, what is wrong there and what to do
  public static Stack external(Addresses addresses) throws InterruptedException {
    Map<String, String> database =
        System.getenv().entrySet().stream()
            .filter(entry -> entry.getKey().matches("DATABASE_URL(_FILE)?"))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return ExternalStack.at(addresses, database);
  }

  /// Starts a stack by `-Dstack`, and says which provider it is and why.
  ///
  /// @param overrides settings by environment key, for every service
  /// @throws StackException if a part does not start; what was started is stopped again
  public static Stack start(Places places, Map<String, String> overrides)
      throws IOException, InterruptedException {
    return start(places, System.getProperty("stack", "auto"), overrides, System.err::println);
  }

  /// Starts the stack of that choice, and says which provider it is and why.
  ///
  /// @param overrides settings by environment key, for every service
  /// @param say is told a line
  /// @throws StackException if a part does not start; what was started is stopped again
  public static Stack start(
      Places places, String choice, Map<String, String> overrides, Consumer<String> say)
      throws IOException, InterruptedException {
    return switch (choice) {
      case "embedded" -> start(EmbeddedStack::start, places, overrides, "-Dstack=embedded", say);
      case "containers" -> {
        String missing = Engine.missing();
        if (missing != null) {
          throw new StackException("-Dstack=containers: " + missing, null);
        }
        yield start(ContainerStack::start, places, overrides, "-Dstack=containers", say);
      }
      case "auto" -> {
        String missing = Engine.missing();
        yield missing == null
            ? start(
                ContainerStack::start, places, overrides, "an engine and the images are here", say)
            : start(EmbeddedStack::start, places, overrides, missing, say);
      }
      default ->
          throw new StackException(
              "-Dstack is \"" + choice + "\": must be auto, embedded or containers", null);
    };
  }

  /// The provider that a choice comes to here.
  public static String chosen(String choice) throws InterruptedException {
    if (choice.equals("auto")) {
      return Engine.missing() == null ? "containers" : "embedded";
    }
    return choice;
  }

  /// Why containers cannot be had; null if they can.
  public static @Nullable String missingForContainers() throws InterruptedException {
    return Engine.missing();
  }

  /// Starts an embedded stack whatever `-Dstack` says: only its parts can be made to fail.
  ///
  /// @throws StackException if a part does not start; what was started is stopped again
  public static BreakableStack breakable(Places places, Map<String, String> overrides)
      throws IOException, InterruptedException {
    return EmbeddedStack.start(places, overrides);
  }

  /// Starts an embedded stack on the ports that compose has, for work by hand.
  ///
  /// @param overrides settings by environment key, for every service
  /// @throws IllegalArgumentException naming the ports that are in use
  /// @throws StackException if a part does not start; what was started is stopped again
  public static BreakableStack fixed(Places places, Map<String, String> overrides)
      throws IOException, InterruptedException {
    Ports.fixed().requireFree();
    return EmbeddedStack.start(places, Ports.fixed(), overrides);
  }

  @FunctionalInterface
  private interface Provider {
    Stack start(Places places, Map<String, String> overrides)
        throws IOException, InterruptedException;
  }

  private static Stack start(
      Provider provider,
      Places places,
      Map<String, String> overrides,
      String why,
      Consumer<String> say)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Stack stack = provider.start(places, overrides);
    say.accept(
        String.format(
            Locale.ROOT,
            "stack: %s (%s), up in %.1f s",
            stack.provider(),
            why,
            (System.nanoTime() - begin) / 1e9));
    return stack;
  }
}
