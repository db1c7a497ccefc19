package io.nodebridge.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.report.Report;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Runs;
import io.nodebridge.bench.report.Surroundings;
import io.nodebridge.bench.stack.Places;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchMainTest {
  @TempDir private Path root;

  private final PrintStream before = System.out;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void aProjectsFolder() throws IOException {
    Files.createDirectories(root.resolve("e2e-bench"));
    for (String file : new String[] {"bench.yaml", "thresholds.properties"}) {
      Files.copy(Path.of(file), root.resolve("e2e-bench").resolve(file));
    }
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void standardOutputIsGivenBack() {
    System.setOut(before);
  }

  @Test
  void whatCannotBeRunIsAUsageError() {
    assertThat(bench("run", "fms*")).isEqualTo(2);
    assertThat(err.toString()).startsWith("bench: \"fms*\" names no benchmark");
    assertThat(bench("run", "--rounds=0")).isEqualTo(2);
    assertThat(err.toString()).contains("rounds is \"0\": must be a count");
    assertThat(bench("nonsense")).isEqualTo(2);
    assertThat(bench()).isEqualTo(2);
  }

  @Test
  void aBaselineIsRefusedBeforeAnythingIsMeasured() {
    assertThat(bench("run", "fsm*", "--compare=main")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "bench: baseline \"main\" is not there; none was saved yet: ./bench baseline save"
                + " main\n");
  }

  @Test
  void everyBenchmarkIsListed() {
    assertThat(bench("list")).isZero();
    assertThat(text()).contains("fsm_state_transition", "1000_concurrent_heartbeats");
    assertThat(bench("list", "-o", "json")).isZero();
    assertThat(text()).contains("{\"name\":\"fsm_state_transition\",\"group\":");
  }

  @Test
  void aBaselineIsSavedShownAndDeleted() throws IOException {
    assertThat(bench("baseline", "save", "main")).isEqualTo(2);
    assertThat(err.toString()).contains("is no file: must be the results.json that a run leaves");
    lastRun(10);

    assertThat(bench("baseline", "save", "main")).isZero();
    assertThat(bench("baseline", "list")).isZero();
    assertThat(text()).contains("main (0123456789ab", "embedded, quick, 1 benchmarks");
    assertThat(bench("baseline", "show", "main", "-o", "json")).isZero();
    assertThat(text()).contains("{\"name\":\"main\",\"savedAt\":");
    assertThat(bench("baseline", "delete", "main")).isZero();
    assertThat(bench("baseline", "show", "main")).isEqualTo(2);
  }

  @Test
  void aNameThatIsAPathIsRefused() throws IOException {
    lastRun(10);

    assertThat(bench("baseline", "save", "../main")).isEqualTo(2);
    assertThat(bench("baseline", "delete", "../main")).isEqualTo(2);
    assertThat(bench("baseline", "show", "../main")).isEqualTo(2);
    assertThat(bench("compare", "../main")).isEqualTo(2);
  }

  @Test
  void aRunThatBecameSlowerFailsByALimitOnly() throws IOException {
    lastRun(10);
    bench("baseline", "save", "main");
    lastRun(12);

    assertThat(bench("compare", "main")).isZero();
    assertThat(text()).contains("× 1.200");
    assertThat(bench("compare", "main", "--compare-fail=mean:10%")).isEqualTo(99);
    assertThat(bench("compare", "main", "--compare-fail=mean:25%")).isZero();
    assertThat(bench("compare", "main", "--compare-fail=mean")).isEqualTo(2);
    assertThat(bench("compare")).as("no earlier run was kept").isEqualTo(2);
  }

  @Test
  void aBaselineOfASlowerHourIsNoComparison() throws IOException {
    lastRun(10, Map.of("computeNsPerStep", 1.4, "readNsPerStep", 40.0));
    bench("baseline", "save", "main");
    lastRun(12, Map.of("computeNsPerStep", 1.4, "readNsPerStep", 32.0));

    assertThat(bench("compare", "main", "--compare-fail=mean:10%")).isZero();
    assertThat(err.toString())
        .contains("BUSY, no limit is held: machine at the pace of main", "was 25 % slower then");
    bench("compare", "main", "-o", "json", "--compare-fail=mean:10%");
    assertThat(text()).contains("\"verdict\":\"BUSY\"").doesNotContain("\"verdict\":\"FAIL\"");

    lastRun(12, Map.of("computeNsPerStep", 1.4, "readNsPerStep", 50.0));
    assertThat(bench("compare", "main", "--compare-fail=mean:10%")).isZero();
    assertThat(err.toString()).contains("was 25 % slower now");

    lastRun(12, Map.of("computeNsPerStep", 1.4, "readNsPerStep", 45.0));
    assertThat(bench("compare", "main", "--compare-fail=mean:10%")).isEqualTo(99);
  }

  @Test
  void damagedResultsAreOneSentence() throws IOException {
    lastRun(10);
    Path file = places().results().resolve(Report.FILE);
    Files.writeString(file, Files.readString(file).substring(0, 100));

    assertThat(bench("compare")).isEqualTo(2);
    assertThat(err.toString()).contains("results.json is damaged").hasLineCount(1);
  }

  @Test
  void aBenchmarkWithoutHistoryIsAUsageError() {
    assertThat(bench("history", "test_fsm_state_transition")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("bench: no run of \"test_fsm_state_transition\" is in the history\n");
  }

  private void lastRun(double millis) throws IOException {
    lastRun(millis, Map.of());
  }

  private void lastRun(double millis, Map<String, Double> health) throws IOException {
    Results run =
        Runs.of(
            Surroundings.machine(),
            "embedded",
            "quick",
            "0123456789abcdef0123456789abcdef01234567",
            Runs.benchmark("fsm", millis, millis, millis));
    Files.createDirectories(places().results());
    Files.write(
        places().results().resolve(Report.FILE), Report.encode(Runs.withHealth(run, health)));
  }

  private int bench(String... args) {
    CommandLine line = BenchMain.commandLine(places());
    line.setErr(new PrintWriter(err, true));
    return line.execute(args);
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private Places places() {
    return new Places(root, "target", root.resolve("e2e-bench/target/bench"));
  }
}
