package io.nodebridge.introspection.service;

import java.util.ServiceLoader;

/// A named moment between two steps whose order matters, where a test may let the process die.
/// Nothing that ships supplies an implementation, so a point does nothing.
@FunctionalInterface
public interface CrashPoint {
  void reached(String name);

  /// Passes a point.
  static void at(String name) {
    Installed.POINT.reached(name);
  }

  /// What the class path supplies.
  final class Installed {
    private static final CrashPoint POINT =
        ServiceLoader.load(CrashPoint.class).findFirst().orElse(_ -> {});

    private Installed() {}
  }
}
