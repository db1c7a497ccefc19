package io.nodebridge.orchestrator.route;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Keeps calls away from an instance that fails: opens at five failures in a row, lets three probes
/// through after its time, closes at the second that is answered, opens again at the second that
/// fails.
///
/// The library judges by rates over a window. Five of the last five is a rate of 100 %; but of
/// three probes it would wait for all, so their results are counted here and it is told the
/// decision.
final class Breaker {
  private static final int FAILURES = 5;
  private static final int PROBES = 3;
  private static final int DECIDING = 2;
  private static final float ALL = 100;

  private final CircuitBreaker breaker;
  private final Clock clock;

  // When an open breaker lets the first probe through; it says so only when asked to.
  private volatile long probesAtMillis;

  // Guarded by this.
  private int answered;
  private int failed;

  Breaker(String instance, Duration open, Clock clock) {
    this.clock = clock;
    this.breaker =
        CircuitBreaker.of(
            instance,
            CircuitBreakerConfig.custom()
                .slidingWindow(FAILURES, FAILURES, SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(ALL)
                .permittedNumberOfCallsInHalfOpenState(PROBES)
                .waitDurationInOpenState(open)
                .recordResult(outcome -> outcome == Outcome.FAILED)
                .clock(clock)
                .build());
    breaker
        .getEventPublisher()
        .onStateTransition(
            event -> {
              if (event.getStateTransition().getToState() == State.OPEN) {
                probesAtMillis = clock.millis() + open.toMillis();
              }
            });
  }

  /// Whether it is worth asking [#tryPass()]. Changes nothing.
  boolean mayPass() {
    return breaker.getState() != State.OPEN || clock.millis() > probesAtMillis;
  }

  /// Lets a call through or not; one that passed has to be [#ended].
  boolean tryPass() {
    return breaker.tryAcquirePermission();
  }

  /// A call that had passed is over.
  void ended(Outcome outcome) {
    if (outcome == Outcome.UNSAID) {
      breaker.releasePermission();
    } else if (breaker.getState() == State.HALF_OPEN) {
      probeEnded(outcome);
    } else {
      breaker.onResult(0, TimeUnit.NANOSECONDS, outcome);
    }
  }

  private synchronized void probeEnded(Outcome outcome) {
    if (breaker.getState() != State.HALF_OPEN) {
      return; // the two before have decided
    }
    if (outcome == Outcome.FAILED) {
      failed++;
    } else {
      answered++;
    }
    if (answered == DECIDING || failed == DECIDING) {
      boolean works = answered == DECIDING;
      answered = 0;
      failed = 0;
      if (works) {
        breaker.transitionToClosedState();
      } else {
        breaker.transitionToOpenState();
      }
    }
  }

  /// 0 closed, 1 half-open, 2 open.
  int state() {
    return switch (breaker.getState()) {
      case HALF_OPEN -> 1;
      case OPEN, FORCED_OPEN -> 2;
      case CLOSED, DISABLED, METRICS_ONLY -> 0;
    };
  }
}
