package io.nodebridge.orchestrator.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RehearsalTest {
  @Test
  void itsCallsAreAnswered() throws Exception {
    assertThat(Rehearsal.run()).isPositive();
  }
}
