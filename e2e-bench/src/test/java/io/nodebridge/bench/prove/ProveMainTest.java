package io.nodebridge.bench.prove;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProveMainTest {
  private static final Break.Place LOST = new Break.Place("pipeline", "lost");
  private static final Check SAW = new Check("lost", "0", "7", false);
  private static final Results.Threshold SLOW =
      new Results.Threshold("p95_ms", "<=", 10, 20, Verdict.FAIL);

  @Test
  void whatFailedByTheExpectedCheckIsRed() {
    assertThat(ProveMain.redOf(results(Verdict.FAIL, SAW), LOST))
        .hasValue("lost: expected 0, was 7");
    assertThat(
            ProveMain.redOf(
                results(Verdict.FAIL, Check.equal("lost", 0, 0)),
                new Break.Place("pipeline", "p95")))
        .hasValue("p95_ms: must be <= 10.0, was 20.00");
  }

  @Test
  void whatPassedOrFailedOtherwiseIsNotRed() {
    assertThat(ProveMain.redOf(results(Verdict.PASS, Check.equal("lost", 0, 0)), LOST)).isEmpty();
    assertThat(ProveMain.redOf(results(Verdict.FAIL, Check.equal("sums", 0, 1)), LOST)).isEmpty();
    assertThat(ProveMain.redOf(results(Verdict.FAIL, SAW), new Break.Place("other", "lost")))
        .isEmpty();
  }

  @Test
  void whatCouldNotBeMeasuredIsNotRed() {
    assertThat(ProveMain.redOf(results(Verdict.ERROR, SAW), LOST)).isEmpty();
  }

  @Test
  void aCheckThatHoldsOnlyBecauseOfTheBreakIsFound() {
    Check holds = new Check("5 ms held on hash", "found there", "5.03 ms", true);
    Check fails = new Check("5 ms held on hash", "found there", "0.02 ms", false);
    Break.Place hash = new Break.Place("pipeline", "5 ms held on hash");

    assertThat(ProveMain.foundBy(results(Verdict.PASS, holds), hash))
        .hasValue("5 ms held on hash: 5.03 ms");
    assertThat(ProveMain.foundBy(results(Verdict.FAIL, fails), hash)).isEmpty();
    assertThat(ProveMain.foundBy(results(Verdict.PASS, holds), LOST)).isEmpty();
  }

  private static Outcomes results(Verdict verdict, Check check) {
    return new Outcomes(
        List.of(new Outcomes.Outcome("pipeline", verdict, List.of(check), List.of(SLOW))));
  }
}
