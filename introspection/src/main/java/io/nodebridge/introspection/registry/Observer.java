package io.nodebridge.introspection.registry;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How far the registry may trust its own ears. It doubts itself before it doubts the nodes.
///
/// - **Deaf**: its turns were more than [#GAP] apart, or it is that far behind the log, or it has
///   no connection to the broker. Whoever was silent meanwhile was not heard, and that is no
///   silence: all silence begins anew when it hears again.
/// - **In doubt**: more than a fifth of at least [#CROWD] nodes fell silent together. Then verdicts
///   of silence wait, [#DOUBT] at most: so many rarely die at once, but sometimes they do.
///
/// @param lastTurnAt null before the first turn
/// @param hearsSince silence before it does not count; null: the registry always heard
/// @param doubtsSince null if it does not doubt
record Observer(
    @Nullable Instant lastTurnAt, @Nullable Instant hearsSince, @Nullable Instant doubtsSince) {
  static final Duration GAP = Duration.ofSeconds(2);
  static final Duration DOUBT = Duration.ofSeconds(30);
  static final int CROWD = 20;
  private static final int FIFTH = 5;

  static final Observer FRESH = new Observer(null, null, null);

  /// A turn begins.
  Observer turn(Instant now, boolean deaf) {
    boolean gap = lastTurnAt != null && Duration.between(lastTurnAt, now).compareTo(GAP) > 0;
    return new Observer(now, deaf || gap ? now : hearsSince, doubtsSince);
  }

  /// What it makes of so many silent ones among those that should be heard.
  Observer weigh(int silent, int listenedTo, Instant now) {
    boolean together = listenedTo >= CROWD && silent * FIFTH > listenedTo;
    if (!together) {
      return doubtsSince == null ? this : new Observer(lastTurnAt, hearsSince, null);
    }
    return doubtsSince == null ? new Observer(lastTurnAt, hearsSince, now) : this;
  }

  /// Whether verdicts of silence have to wait.
  boolean frozen(Instant now) {
    return doubtsSince != null && Duration.between(doubtsSince, now).compareTo(DOUBT) < 0;
  }

  /// How long a node that was last heard then has been silent for certain.
  Duration silenceSince(Instant lastReceivedAt, Instant now) {
    Instant begun =
        hearsSince != null && hearsSince.isAfter(lastReceivedAt) ? hearsSince : lastReceivedAt;
    return Duration.between(begun, now);
  }
}
