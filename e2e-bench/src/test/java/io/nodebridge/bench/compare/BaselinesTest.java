package io.nodebridge.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Runs;
import io.nodebridge.bench.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselinesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path folder;

  private final AtomicLong seconds = new AtomicLong();

  @Test
  void whatIsSavedIsReadWithCommitMachineProviderAndProfile() throws IOException {
    Results run = Runs.of(Runs.benchmark("fsm", 1, 2, 3));

    baselines().save("main", run);

    assertThat(baselines().load("main")).isEqualTo(new Baseline("main", START, run));
  }

  @Test
  void onlyWhatPassedIsKept() throws IOException {
    Results.Benchmark passed = Runs.benchmark("fsm", 1);
    Results run =
        Runs.of(
            passed, Runs.benchmark("slow", Verdict.FAIL, 9), Runs.benchmark("b", Verdict.BUSY, 9));

    assertThat(baselines().save("main", run).results().benchmarks()).containsExactly(passed);
    assertThatThrownBy(() -> baselines().save("x", Runs.of(Runs.benchmark("b", Verdict.BUSY, 9))))
        .hasMessage("baseline \"x\" was not saved: no benchmark of the run passed");
  }

  @Test
  void oneThatIsMissingIsToldWithThoseThatAreThere() throws IOException {
    assertThatThrownBy(() -> baselines().load("main"))
        .hasMessage(
            "baseline \"main\" is not there; none was saved yet: ./bench baseline save main");

    baselines().save("other", Runs.of(Runs.benchmark("fsm", 1)));

    assertThatThrownBy(() -> baselines().load("main"))
        .hasMessage("baseline \"main\" is not there; there are: other");
  }

  @Test
  void oneThatIsDamagedIsRefused() throws IOException {
    baselines().save("main", Runs.of(Runs.benchmark("fsm", 1)));
    Path file = folder.resolve("baselines/main.json");
    String whole = Files.readString(file);

    for (String damaged :
        new String[] {
          "",
          whole.substring(0, whole.length() / 2),
          whole.replace("\"schema\":2", "\"schema\":3"),
          whole.replace("\"min\":1", "\"min\":0"),
          whole.replace("\"stats\"", "\"statistics\""),
          whole.replace("\"results\"", "\"result\""),
          whole.replace("\"name\":\"main\"", "\"name\":\"other\"")
        }) {
      assertThat(damaged).isNotEqualTo(whole);
      Files.writeString(file, damaged);
      assertThatThrownBy(() -> baselines().load("main"))
          .as(damaged)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("baseline \"main\" is damaged");
    }
  }

  @Test
  void oneOfAnotherMachineProviderOrProfileIsRefused() throws IOException {
    Baseline baseline = baselines().save("main", Runs.of(Runs.benchmark("fsm", 1)));
    Results.Machine other = new Results.Machine("EPYC", 4, "25000000 kB", "jdk", "os");
    Results.Machine newJdk = new Results.Machine("EPYC", 2, "25000123 kB", "jdk 2", "os 2");

    assertThatThrownBy(() -> baseline.requireSameKind(other, "quick", Runs.MEASURING, "embedded"))
        .hasMessage(
            "baseline \"main\" is of another machine (EPYC, 2 cores, 24 GiB, this run: EPYC, 4"
                + " cores, 24 GiB), which is never compared; save one here");
    assertThatThrownBy(
            () -> baseline.requireSameKind(Runs.MACHINE, "standard", Runs.MEASURING, "embedded"))
        .hasMessageContaining("another profile (quick, this run: standard)");
    assertThatThrownBy(
            () -> baseline.requireSameKind(Runs.MACHINE, "quick", Runs.MEASURING, "containers"))
        .hasMessageContaining("another provider (embedded, this run: containers)");
    baseline.requireSameKind(newJdk, "quick", Runs.MEASURING, "embedded");
    baseline.requireSameKind(Runs.MACHINE, "quick", Runs.MEASURING, null);
  }

  @Test
  void oneThatWasMeasuredOtherwiseIsRefused() throws IOException {
    baselines().save("main", Runs.of(Runs.benchmark("fsm", 1)));
    Path file = folder.resolve("baselines/main.json");
    Files.writeString(file, Files.readString(file).replaceFirst("\"measuring\":\"[^\"]*\",", ""));
    Baseline earlier = baselines().load("main");
    Baseline baseline = baselines().save("main", Runs.of(Runs.benchmark("fsm", 1)));

    assertThatThrownBy(
            () -> baseline.requireSameKind(Runs.MACHINE, "quick", "rounds 20", "embedded"))
        .hasMessageContaining(
            "another way of measuring (rounds 5, min-rounds 1, calibrate true, this run: rounds"
                + " 20)");
    assertThatThrownBy(
            () -> earlier.requireSameKind(Runs.MACHINE, "quick", Runs.MEASURING, "embedded"))
        .hasMessageContaining("another way of measuring (unknown, this run: rounds 5");
  }

  @Test
  void theLastRunThatWasKeptIsTheOneBefore() throws IOException {
    Results first = Runs.of(Runs.benchmark("fsm", 1));
    Results second = Runs.of(Runs.benchmark("fsm", 2));
    baselines().keep(first);
    assertThatThrownBy(() -> baselines().lastBefore(first)).hasMessageContaining("no earlier run");

    baselines().keep(second);

    assertThat(baselines().last().results()).isEqualTo(second);
    assertThat(baselines().lastBefore(second).results()).isEqualTo(first);
  }

  @Test
  void theOldestOfTwentyIsForgotten() throws IOException {
    for (int run = 1; run <= 21; run++) {
      baselines().keep(Runs.of(Runs.benchmark("fsm", run)));
    }

    assertThat(baselines().names()).hasSize(20).doesNotContain("kept-20260101T000000000Z");
  }

  @Test
  void oneThatIsDeletedIsGone() throws IOException {
    baselines().save("main", Runs.of(Runs.benchmark("fsm", 1)));

    baselines().delete("main");

    assertThat(baselines().names()).isEmpty();
    assertThatThrownBy(() -> baselines().delete("main")).hasMessageContaining("is not there");
  }

  // Each call a second later.
  private Baselines baselines() {
    InstantSource time = () -> START.plusSeconds(seconds.getAndIncrement());
    return new Baselines(folder, time.withZone(ZoneOffset.UTC));
  }
}
