package io.nodebridge.systemtests;

import java.time.Duration;

/// How long these tests wait for what has to happen at last, where its time is no requirement: a
/// busy machine takes a minute to start a JVM. Times that are required stand in the tests
/// themselves.
final class Patience {
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private Patience() {}
}
