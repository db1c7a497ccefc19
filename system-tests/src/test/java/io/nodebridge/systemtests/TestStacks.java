package io.nodebridge.systemtests;

import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.bench.stack.Stacks;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The stacks of these tests. A class that leaves its stack as it found it, or that a restart of
/// what it broke makes whole again, takes the one that all such classes of this JVM share; it ends
/// with the JVM.
final class TestStacks {
  /// A service lives for seconds here: the second compiler would cost more than it gives.
  static final String JAVA_OPTS = "-XX:TieredStopAtLevel=1";

  private static @Nullable Stack chosen;
  private static @Nullable BreakableStack breakable;

  private TestStacks() {}

  /// The shared one of the provider that `-Dstack` chooses, with all definitions of this module.
  static synchronized Stack chosen() throws IOException, InterruptedException {
    if (chosen == null) {
      chosen = Stacks.start(Places.fromSystemProperties(), settings(definitions()));
      breakable = chosen instanceof BreakableStack both ? both : null;
    }
    if (breakable != null) {
      makeWhole(breakable);
    }
    return chosen;
  }

  /// The shared one whose parts can be made to fail.
  static synchronized BreakableStack shared() throws IOException, InterruptedException {
    if (chosen() instanceof BreakableStack both) {
      return both;
    }
    if (breakable == null) {
      breakable = own(definitions());
    }
    makeWhole(breakable);
    return breakable;
  }

  /// One for a class alone, which closes it.
  static BreakableStack own(Map<String, String> settings) throws IOException, InterruptedException {
    return Stacks.breakable(Places.fromSystemProperties(), settings(settings));
  }

  /// The settings with what all stacks of these tests have.
  static Map<String, String> settings(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(Map.of("JAVA_OPTS", JAVA_OPTS));
    all.putAll(more);
    return all;
  }

  private static void makeWhole(BreakableStack stack) throws IOException, InterruptedException {
    for (String part : BreakableStack.PARTS) {
      if (stack.process(part).isAlive()) {
        stack.resume(part);
      } else {
        stack.restart(part);
      }
    }
  }

  private static Map<String, String> definitions() {
    try {
      return Map.of(
          "NODEBRIDGE_DEFINITIONS",
          Path.of(Objects.requireNonNull(TestStacks.class.getResource("/definitions")).toURI())
              .toString());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
