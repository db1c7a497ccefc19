package io.nodebridge.bench.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.benchmark.Benchmark.Measured;
import io.nodebridge.bench.benchmark.Benchmark.Spec;
import io.nodebridge.bench.health.Disturbance;
import io.nodebridge.bench.health.Health;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Threshold;
import io.nodebridge.bench.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private static final Health REST = new Health(Map.of(Disturbance.STEAL, 0.5));
  private static final Health DISTURBED = new Health(Map.of(Disturbance.STEAL, 7.0));

  @Test
  void gradesFollowTheMedian() {
    assertThat(grades(false, 0.999, 1, 1.999, 2)).isEqualTo("ABBC");
    assertThat(grades(true, 99.9, 100, 199, 200)).isEqualTo("ABBC");
  }

  @Test
  void onAMachineAtRestTheLimitDecides() throws IOException {
    assertThat(judge(REST, true, 1, 2).verdict()).isEqualTo(Verdict.PASS);
    assertThat(judge(REST, true, 1, 999).verdict()).isEqualTo(Verdict.FAIL);
  }

  @Test
  void aFigureOfADisturbedMachineIsBusyWithinItsLimitOrOver() throws IOException {
    for (double slowest : new double[] {2, 999}) {
      Results.Benchmark busy = judge(DISTURBED, true, 1, slowest);

      assertThat(busy.verdict()).isEqualTo(Verdict.BUSY);
      assertThat(busy.grade()).isNull();
      assertThat(busy.thresholds()).extracting(Threshold::verdict).containsOnly(Verdict.BUSY);
      assertThat(busy.checks())
          .filteredOn(check -> !check.ok())
          .containsExactly(
              new Check("machine at rest: % of the time taken by the host", "≤ 2", "7.0", false));
    }
  }

  @Test
  void whereTheFloorIsTooSlowTheMachineIsBusy() throws IOException {
    assertThat(pipeline(true, 999, 40).verdict()).as("a quick floor").isEqualTo(Verdict.FAIL);
    assertThat(pipeline(false, 999, 41).verdict()).as("health off").isEqualTo(Verdict.FAIL);
    Results.Benchmark slow = pipeline(true, 999, 41);
    assertThat(slow.verdict()).isEqualTo(Verdict.BUSY);
    assertThat(slow.checks())
        .filteredOn(check -> !check.ok())
        .containsExactly(
            new Check("machine quick enough: p95 of the floor in ms", "≤ 40", "41.0", false));
    assertThat(pipeline(true, 2, 41).verdict()).as("within its limit").isEqualTo(Verdict.PASS);
  }

  @Test
  void aLongWaitForAProcessorExcusesOnlyWhatIsOverItsLimit() throws IOException {
    Health starved = new Health(Map.of(Disturbance.LONGEST_WAIT, 101.0));

    assertThat(judge(starved, true, 1, 2).verdict()).isEqualTo(Verdict.PASS);
    Results.Benchmark over = judge(starved, true, 1, 999);
    assertThat(over.verdict()).isEqualTo(Verdict.BUSY);
    assertThat(over.checks())
        .filteredOn(check -> !check.ok())
        .extracting(Check::actual)
        .containsExactly("101.0");
    assertThat(judge(new Health(Map.of(Disturbance.LONGEST_WAIT, 99.0)), true, 1, 999).verdict())
        .isEqualTo(Verdict.FAIL);
  }

  @Test
  void whatPassedInASlowRunIsBusyAndWhatFailedStands() throws IOException {
    Health slow = new Health(Map.of(Disturbance.SLOWDOWN, 20.1));
    Results.Benchmark passed = judge(REST, true, 1, 2);
    Results.Benchmark failed = judge(REST, true, 1, 999);

    Results.Benchmark busy = judge(true).inRun(passed, slow);
    assertThat(busy.verdict()).isEqualTo(Verdict.BUSY);
    assertThat(busy.grade()).isNull();
    assertThat(busy.thresholds()).extracting(Threshold::verdict).containsOnly(Verdict.BUSY);
    assertThat(busy.checks())
        .filteredOn(check -> !check.ok())
        .extracting(Check::actual)
        .containsExactly("20.1");
    assertThat(judge(true).inRun(failed, slow)).as("over a limit").isSameAs(failed);
    Results.Benchmark grown =
        passed.with(new Results.Compare("main", Verdict.FAIL, List.of(), null));
    assertThat(judge(true).inRun(grown, slow).verdict()).isEqualTo(Verdict.BUSY);
    assertThat(judge(false).inRun(passed, slow)).as("health off").isSameAs(passed);
    Health quick = new Health(Map.of(Disturbance.SLOWDOWN, 20.0));
    assertThat(judge(true).inRun(passed, quick)).isSameAs(passed);
  }

  @Test
  void inARunThatWasSlowSoFarOnlyWhatIsOverItsLimitIsBusyAtOnce() throws IOException {
    Health slow = new Health(Map.of(Disturbance.SLOWDOWN, 20.1));

    assertThat(judge(slow, true, 1, 2).verdict()).isEqualTo(Verdict.PASS);
    assertThat(judge(slow, true, 1, 999).verdict()).isEqualTo(Verdict.BUSY);
  }

  @Test
  void aWrongResultFailsOnADisturbedMachineToo() throws IOException {
    Results.Benchmark wrong = judge(DISTURBED, false, 1, 2);

    assertThat(wrong.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(wrong.stats()).as("a wrong result has no latency").isNull();
  }

  @Test
  void nothingMeasuredFails() throws IOException {
    assertThat(judge(REST, true).verdict()).isEqualTo(Verdict.FAIL);
  }

  @Test
  void overALimitOnOneBootOfTwoIsUnsure() throws IOException {
    Results.Benchmark unsure = Judge.straddling(judge(REST, true, 1, 999), judge(REST, true, 1, 2));

    assertThat(unsure.verdict()).isEqualTo(Verdict.UNSURE);
    assertThat(unsure.thresholds()).extracting(Threshold::verdict).contains(Verdict.UNSURE);
  }

  private static Judge judge(boolean busy) throws IOException {
    return new Judge(Thresholds.load(Path.of("thresholds.properties")), "quick", busy, "");
  }

  private static Results.Benchmark pipeline(boolean busy, double millis, double floorMillis)
      throws IOException {
    Measured measured =
        new Measured(
            new double[] {millis},
            1,
            1,
            List.of(),
            new double[] {floorMillis},
            List.of(),
            Map.of());
    return judge(busy)
        .judge(new Spec("name", "Group", "category", "end_to_end", false), measured, REST, null);
  }

  private static Results.Benchmark judge(Health health, boolean right, double... samples)
      throws IOException {
    Measured measured =
        new Measured(
            samples,
            1,
            1,
            List.of(new Check("sums", "1", "1", right)),
            new double[0],
            List.of(),
            Map.of());
    return new Judge(Thresholds.load(Path.of("thresholds.properties")), "quick", true, "")
        .judge(
            new Spec("name", "Group", "category", "fsm_transition", false), measured, health, null);
  }

  private static String grades(boolean batch, double... mediansMs) {
    return DoubleStream.of(mediansMs)
        .mapToObj(median -> Judge.grade(median, batch))
        .reduce("", String::concat);
  }
}
