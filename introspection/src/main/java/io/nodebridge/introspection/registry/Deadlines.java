package io.nodebridge.introspection.registry;

import io.nodebridge.events.message.NodeStatus;
import java.time.Duration;

/// How long a node may be silent. With a beat each second: suspect after 3 s, dead after 5 s.
record Deadlines(Duration suspectAfter, Duration deadAfter) {
  private static final int SUSPECT_AFTER_BEATS = 3;
  private static final int DEAD_AFTER_BEATS = 5;

  /// The verdict on a node that was silent for so long.
  NodeStatus verdictOn(Duration silence) {
    if (silence.compareTo(deadAfter) >= 0) {
      return NodeStatus.DEAD;
    }
    return silence.compareTo(suspectAfter) >= 0 ? NodeStatus.SUSPECT : NodeStatus.ALIVE;
  }

  static Deadlines ofInterval(Duration interval) {
    return new Deadlines(
        interval.multipliedBy(SUSPECT_AFTER_BEATS), interval.multipliedBy(DEAD_AFTER_BEATS));
  }
}
