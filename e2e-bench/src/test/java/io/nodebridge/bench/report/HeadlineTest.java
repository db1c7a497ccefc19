package io.nodebridge.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.measure.Check;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadlineTest {
  private static final double[] SAMPLES = {1, 2, 3};

  @Test
  void aPassSaysWhatCameNearestToItsLimit() {
    Results run =
        Runs.of(
            judged("far", Verdict.PASS, Runs.limit("p95_ms", 100, 3)),
            judged(
                "near",
                Verdict.PASS,
                Runs.limit("min_successRate", 1, 1),
                Runs.limit("max_ms", 100, 90)));

    assertThat(Headline.of(run))
        .isEqualTo(
            "All 2 passed. Nearest to its limit: near, max is 90.0 ms, at most 100 ms allowed.");
  }

  @Test
  void aFailureSaysWhatAndByHowMuch() {
    Results run =
        Runs.of(
            Runs.benchmark("good", 1, 2),
            judged(
                "slow",
                Verdict.FAIL,
                Runs.limit("max_ms", 500, 520),
                Runs.limit("p95_ms", 400, 512)),
            Runs.wrong("lossy", new Check("lost", "0", "13", false)));

    assertThat(Headline.of(run))
        .isEqualTo(
            "2 of 3 failed. slow: p95 is 512 ms, must be at most 400 ms (× 1.28); lossy: lost:"
                + " expected 0, was 13.");
  }

  @Test
  void onlyTheWorstAreNamedAndOfThemThree() {
    Check lost = new Check("lost", "0", "1", false);
    Results run =
        Runs.of(
            Runs.benchmark("busy", Verdict.BUSY, 1),
            Runs.wrong("a", lost),
            Runs.wrong("b", lost),
            Runs.wrong("c", lost),
            Runs.wrong("d", lost));

    assertThat(Headline.of(run))
        .startsWith("4 of 5 failed. a: lost")
        .endsWith("; and 1 more.")
        .doesNotContain("busy");
  }

  @Test
  void aBusyMachineIsNamed() {
    Check waited = new Check("longestWaitMs", "≤ 100", "152", false);
    Results run =
        Runs.of(Runs.judged("pipeline", Verdict.BUSY, SAMPLES, List.of(waited), List.of()));

    assertThat(Headline.of(run))
        .isEqualTo(
            "1 of 1 could not be judged, because the machine was too busy. pipeline: longestWaitMs:"
                + " expected ≤ 100, was 152.");
  }

  @Test
  void whatCannotBeSaidIsNotSaidByAFigureThatHeld() {
    Results.Threshold straddled = new Results.Threshold("p95_ms", "<=", 400, 380, Verdict.UNSURE);

    assertThat(Headline.of(Runs.of(judged("pipeline", Verdict.UNSURE, straddled))))
        .isEqualTo(
            "1 of 1 could not be judged. pipeline: p95 within its limit on one boot, over it on"
                + " another.");
  }

  @Test
  void nothingIsNoPass() {
    assertThat(Headline.of(Runs.of())).isEqualTo("Nothing was measured.");
  }

  private static Results.Benchmark judged(
      String name, Verdict verdict, Results.Threshold... limits) {
    return Runs.judged(name, verdict, SAMPLES, List.of(), List.of(limits));
  }
}
