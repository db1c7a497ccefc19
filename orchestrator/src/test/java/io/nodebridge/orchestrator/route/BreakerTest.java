package io.nodebridge.orchestrator.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private static final Duration OPEN = Duration.ofSeconds(60);
  private static final int CLOSED = 0;
  private static final int HALF_OPEN = 1;
  private static final int OPENED = 2;

  private final SettableClock clock = new SettableClock();
  private final Breaker breaker = new Breaker("worker-1", OPEN, clock);

  @Test
  void fiveFailuresInARowOpenItAndFourDoNot() {
    calls(Outcome.FAILED, 4);
    calls(Outcome.ANSWERED, 1);
    calls(Outcome.FAILED, 4);
    assertThat(breaker.state()).isEqualTo(CLOSED);
    calls(Outcome.FAILED, 1);
    assertThat(breaker.state()).isEqualTo(OPENED);
    assertThat(breaker.mayPass()).isFalse();
    assertThat(breaker.tryPass()).isFalse();
  }

  @Test
  void whatSaysNothingOfTheInstanceNeitherOpensItNorBreaksTheRow() {
    calls(Outcome.FAILED, 4);
    calls(Outcome.UNSAID, 100);
    assertThat(breaker.state()).isEqualTo(CLOSED);
    calls(Outcome.FAILED, 1);
    assertThat(breaker.state()).isEqualTo(OPENED);
  }

  @Test
  void afterItsTimeThreeProbesPassAndTwoAnswersCloseIt() {
    open();
    clock.pass(OPEN.minusMillis(1));
    assertThat(breaker.mayPass()).isFalse();
    assertThat(breaker.tryPass()).isFalse();
    clock.pass(Duration.ofMillis(2));
    assertThat(breaker.mayPass()).isTrue();
    for (int probe = 0; probe < 3; probe++) {
      assertThat(breaker.tryPass()).isTrue();
    }
    assertThat(breaker.tryPass()).isFalse();
    assertThat(breaker.state()).isEqualTo(HALF_OPEN);
    breaker.ended(Outcome.ANSWERED);
    breaker.ended(Outcome.FAILED);
    assertThat(breaker.state()).isEqualTo(HALF_OPEN);
    breaker.ended(Outcome.ANSWERED);
    assertThat(breaker.state()).isEqualTo(CLOSED);
    calls(Outcome.FAILED, 4);
    assertThat(breaker.state()).isEqualTo(CLOSED);
  }

  @Test
  void theSecondProbeThatFailsOpensItForAsLongAgain() {
    open();
    clock.pass(OPEN.plusMillis(1));
    calls(Outcome.FAILED, 1);
    calls(Outcome.ANSWERED, 1);
    assertThat(breaker.state()).isEqualTo(HALF_OPEN);
    calls(Outcome.FAILED, 1);
    assertThat(breaker.state()).isEqualTo(OPENED);
    clock.pass(OPEN.minusMillis(1));
    assertThat(breaker.mayPass()).isFalse();
    clock.pass(Duration.ofMillis(2));
    calls(Outcome.ANSWERED, 2);
    assertThat(breaker.state()).isEqualTo(CLOSED);
  }

  @Test
  void aProbeThatSaysNothingLetsAnotherOneThrough() {
    open();
    clock.pass(OPEN.plusMillis(1));
    calls(Outcome.UNSAID, 10);
    assertThat(breaker.state()).isEqualTo(HALF_OPEN);
    calls(Outcome.ANSWERED, 2);
    assertThat(breaker.state()).isEqualTo(CLOSED);
  }

  private void open() {
    calls(Outcome.FAILED, 5);
    assertThat(breaker.state()).isEqualTo(OPENED);
  }

  private void calls(Outcome outcome, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(breaker.tryPass()).isTrue();
      breaker.ended(outcome);
    }
  }

  /// Time as an input.
  static final class SettableClock extends Clock {
    private Instant now = Instant.EPOCH;

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
