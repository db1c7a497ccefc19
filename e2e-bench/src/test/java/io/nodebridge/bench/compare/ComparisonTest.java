package io.nodebridge.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nodebridge.bench.health.Pace;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Interval;
import io.nodebridge.bench.report.ComparisonTable;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Noise;
import io.nodebridge.bench.report.Results.Ratio;
import io.nodebridge.bench.report.Runs;
import io.nodebridge.bench.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final double[] SAMPLES =
      DoubleStream.iterate(10, x -> x + 0.01).limit(100).toArray();

  @TempDir private Path storage;

  @Test
  void aStatisticThatGrewBeyondItsLimitFails() throws IOException {
    Results.Benchmark compared = compare("mean:10%,min:10%,max:10%", times(1.2));

    assertThat(compared.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(ratios(compared))
        .extracting(Ratio::metric)
        .containsExactly("min", "median", "mean", "max");
    assertThat(ratios(compared))
        .allSatisfy(r -> assertThat(r.ratio()).isCloseTo(1.2, within(1e-9)));
    assertThat(ratios(compared))
        .filteredOn(ratio -> ratio.limit() != null)
        .extracting(Ratio::verdict)
        .containsOnly(Verdict.FAIL);
  }

  @Test
  void whatStayedWithinPassesAndLessIsNoHarm() throws IOException {
    assertThat(compare("mean:10%", times(1.09)).verdict()).isEqualTo(Verdict.PASS);
    assertThat(compare("mean:10%", times(0.1)).verdict()).isEqualTo(Verdict.PASS);
    assertThat(compare("none", times(9)).verdict()).isEqualTo(Verdict.PASS);
  }

  @Test
  void theRatioHasAnIntervalThatHoldsIt() throws IOException {
    Ratio median = ratios(compare("none", times(1.2))).getFirst();

    Interval interval = Objects.requireNonNull(median.interval());
    assertThat(interval.low()).isBetween(1.1, 1.2);
    assertThat(interval.high()).isBetween(1.2, 1.3);
  }

  @Test
  void whatTheBaselineDoesNotHaveIsUnsure() throws IOException {
    Results.Benchmark compared = comparison("mean:10%").of(Runs.benchmark("new", 1, 2, 3));

    assertThat(compared.verdict()).isEqualTo(Verdict.UNSURE);
    assertThat(ComparisonTable.of(List.of(compared))).contains("UNSURE: main does not have it");
  }

  @Test
  void whatDidNotPassIsNotCompared() throws IOException {
    Results.Benchmark busy = Runs.benchmark("fsm", Verdict.BUSY, 1);

    assertThat(comparison("mean:10%").of(busy)).isEqualTo(busy);
  }

  @Test
  void chanceIsUnknownWithoutTenPairsOfRunsOfOneCommit() throws IOException {
    remember("commit", 10, 11, 12, 13);
    remember("other-dirty", 10, 11, 12, 13, 14);

    Results.Benchmark compared = compare("mean:10%", SAMPLES);

    assertThat(ratios(compared)).extracting(Ratio::noise).containsOnlyNulls();
    assertThat(ComparisonTable.of(List.of(compared))).contains("chance alone: unknown here");
  }

  // numpy: x = [10, 12, 10, 12, 10]; r = [x[j]/x[i] for i in range(5) for j in range(i+1, 5)]
  // sum(v > 1.1 for v in r), len(r), numpy.quantile(r, [.05, .95], method="median_unbiased")
  @Test
  void besideAVerdictStandsWhatChanceAloneDoesToIt() throws IOException {
    remember("commit", 10, 12, 10, 12, 10);

    Results.Benchmark compared = compare("mean:10%", SAMPLES);

    Noise noise = Objects.requireNonNull(ratios(compared).getLast().noise());
    assertThat(noise.pairs()).isEqualTo(10);
    assertThat(noise.falseAlarms()).isCloseTo(0.3, within(1e-9));
    assertThat(noise.lowest()).isCloseTo(10 / 12.0, within(1e-9));
    assertThat(noise.highest()).isCloseTo(1.2, within(1e-9));
    assertThat(ComparisonTable.of(List.of(compared))).contains("× 0.833 – 1.200, 30 % of 10 pairs");
  }

  @Test
  void runsOfOtherMachinesProvidersAndProfilesAreNotOurNoise() throws IOException {
    Results.Machine other = new Results.Machine("Xeon", 2, "25000000 kB", "jdk", "os");
    for (double mean : new double[] {10, 11, 12, 13, 14}) {
      Results.Benchmark run = Runs.benchmark("fsm", mean);
      append(Runs.of(other, "embedded", "quick", "commit", run));
      append(Runs.of(Runs.MACHINE, "containers", "quick", "commit", run));
      append(Runs.of(Runs.MACHINE, "embedded", "standard", "commit", run));
    }

    assertThat(ratios(compare("none", SAMPLES)).getFirst().noise()).isNull();
  }

  @Test
  void aDamagedLineOfTheHistoryIsToldAndPassedOver() throws IOException {
    remember("commit", 10);
    Files.writeString(storage.resolve("history.jsonl"), "{\"at\":\n", StandardOpenOption.APPEND);
    remember("commit", 11);

    History history = History.read(storage);

    assertThat(history.lines()).hasSize(2);
    assertThat(history.damaged()).containsExactly(2);
    assertThat(history.seconds("fsm", "quick")).isEqualTo(3);
    assertThat(history.seconds("unknown", "quick")).isNaN();
  }

  @Test
  void aBaselineOfAnotherPaceIsNotComparedWith() throws IOException {
    Results of = Runs.of(Runs.benchmark("fsm", SAMPLES));
    Comparison comparison =
        new Comparison(
            Baseline.of("main", START, paced(of, 1.4, 30)),
            GrowthLimits.of("mean:10%"),
            History.read(storage));
    Results.Benchmark now = Runs.benchmark("fsm", times(1.5));

    Results.Benchmark unsure = comparison.of(now, paced(of, 1.4, 37).health());
    assertThat(unsure.verdict()).isEqualTo(Verdict.UNSURE);
    assertThat(unsure.compare()).isNull();
    assertThat(unsure.checks())
        .containsExactly(
            new Check("machine at the pace of main", "within 20 %", "23 % slower now", false));
    assertThat(comparison.of(now, paced(of, 1.4, 35).health()).verdict()).isEqualTo(Verdict.FAIL);
    assertThat(comparison.of(now, Map.of()).verdict()).as("unknown").isEqualTo(Verdict.FAIL);
  }

  @Test
  void theBestPaceIsOfThisMachineAndTheLastTwentyRunsThatTellTheirs() throws IOException {
    assertThat(History.read(storage).bestPace(Runs.MACHINE)).isNull();
    Results run = Runs.of(Runs.benchmark("fsm", 1));
    Results elsewhere =
        Runs.of(Runs.machine("other"), "embedded", "quick", "commit", Runs.benchmark("fsm", 1));
    append(paced(run, 1, 10));
    for (int i = 0; i < 19; i++) {
      append(paced(run, 2 - i / 100.0, 30 + i));
      append(paced(elsewhere, 0.5, 5));
      append(run);
    }

    assertThat(History.read(storage).bestPace(Runs.MACHINE)).isEqualTo(new Pace(1, 10));
    Files.writeString(
        storage.resolve("history.jsonl"),
        Files.readString(storage.resolve("history.jsonl"))
                .lines()
                .filter(line -> line.contains("\"readNs\":48.0"))
                .findFirst()
                .orElseThrow()
                .replace("\"readNs\":48.0", "\"readNs\":0.0")
            + "\n",
        StandardOpenOption.APPEND);
    assertThat(History.read(storage).damaged()).as("no machine needs 0 ns").hasSize(1);
    append(paced(run, 2, 31));
    assertThat(History.read(storage).bestPace(Runs.MACHINE)).isEqualTo(new Pace(1.82, 30));
  }

  private static Results paced(Results run, double computeNs, double readNs) {
    return Runs.withHealth(run, Map.of("computeNsPerStep", computeNs, "readNsPerStep", readNs));
  }

  private void remember(String commit, double... means) throws IOException {
    for (double mean : means) {
      append(Runs.of(Runs.MACHINE, "embedded", "quick", commit, Runs.benchmark("fsm", mean)));
    }
  }

  private void append(Results run) throws IOException {
    History.append(storage, START, run, Pace.of(run.health()), Map.of("fsm", 3.0));
  }

  private Results.Benchmark compare(String limits, double... samples) throws IOException {
    return comparison(limits).of(Runs.benchmark("fsm", samples));
  }

  private Comparison comparison(String limits) throws IOException {
    Baseline baseline = Baseline.of("main", START, Runs.of(Runs.benchmark("fsm", SAMPLES)));
    return new Comparison(baseline, GrowthLimits.of(limits), History.read(storage));
  }

  private static List<Ratio> ratios(Results.Benchmark compared) {
    return Objects.requireNonNull(compared.compare()).ratios();
  }

  private static double[] times(double factor) {
    return Arrays.stream(SAMPLES).map(sample -> factor * sample).toArray();
  }
}
