package io.nodebridge.bench.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nodebridge.bench.compare.Baselines;
import io.nodebridge.bench.health.RunPace;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.report.Progress;
import io.nodebridge.bench.report.Report;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Threshold;
import io.nodebridge.bench.report.Surroundings;
import io.nodebridge.bench.report.Verdict;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stacks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run of benchmarks that need no stack, with their figures planned.
class RigTest {
  @TempDir private Path root;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  /// One whose runs take what was planned, in milliseconds; none left: it cannot be measured.
  private record Planned(Deque<Double> figures) implements Benchmark {
    static Planned at(Double... figures) {
      return new Planned(new ArrayDeque<>(List.of(figures)));
    }

    @Override
    public Spec spec() {
      return new Spec("fsm_state_transition", "Group", "category", "fsm_transition", false);
    }

    @Override
    public Measured measure(Rig rig) throws IOException {
      if (figures.isEmpty()) {
        throw new IOException("the disk is gone");
      }
      return new Measured(
          new double[] {figures.pop()},
          1,
          1,
          List.of(Check.equal("rows", 1, 1)),
          new double[0],
          List.of(),
          Map.of());
    }
  }

  @BeforeEach
  void theFilesOfTheProject() throws IOException {
    Path folder = Files.createDirectory(root.resolve("e2e-bench"));
    for (String name : List.of("bench.yaml", "thresholds.properties")) {
      Files.copy(Path.of(name), folder.resolve(name));
    }
    Files.createDirectories(results());
  }

  private Path results() {
    return root.resolve("e2e-bench/target/bench");
  }

  private Rig rig(Map<Option, String> given) throws IOException, InterruptedException {
    Map<Option, String> all = new EnumMap<>(Option.class);
    all.put(Option.HEALTH, "false"); // whatever else this machine does
    all.putAll(given);
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    return Rig.open(new Places(root, "target", results()), all, (_, _) -> Progress.lines(out));
  }

  private Baselines baselines() {
    return new Baselines(root.resolve(".bench"), Clock.systemUTC());
  }

  @Test
  void whatPassedIsWrittenRememberedAndKept() throws Exception {
    try (Rig rig = rig(Map.of(Option.SAVE, "main"))) {
      rig.run(Planned.at(7.0));

      assertThat(rig.finish().verdict()).isEqualTo(Verdict.PASS);
    }

    assertThat(results().resolve(Report.FILE)).content().contains("\"median\":7.0");
    assertThat(root.resolve(".bench/history.jsonl")).content().contains("\"median\":7.0");
    assertThat(baselines().names()).hasSize(2).contains("main");
  }

  @Test
  void whatIsOverItsLimitOnceOfTwiceIsUnsure() throws Exception {
    try (Rig rig = rig(Map.of())) {
      Results.Benchmark once = rig.run(Planned.at(51.0, 7.0));

      assertThat(once.verdict()).isEqualTo(Verdict.UNSURE);
      assertThat(once.thresholds())
          .filteredOn(limit -> limit.verdict() == Verdict.UNSURE)
          .extracting(Threshold::metric)
          .containsExactly("max_ms", "p95_ms");
      assertThat(rig.finish().verdict()).isEqualTo(Verdict.UNSURE);
    }
  }

  @Test
  void whatCannotBeMeasuredIsAnErrorThatLeavesItsTrace() throws Exception {
    try (Rig rig = rig(Map.of(Option.SAVE, "main"))) {
      Results.Benchmark broken = rig.run(Planned.at());

      assertThat(broken.verdict()).isEqualTo(Verdict.ERROR);
      assertThat(broken.checks().getFirst().actual()).contains("the disk is gone", "error.log");
      rig.finish();
    }

    assertThat(results().resolve("logs/fsm_state_transition.error.log"))
        .content()
        .contains("the disk is gone", "RigTest");
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("baseline \"main\" was not saved: no benchmark of the run passed");
    assertThat(baselines().names()).isEmpty();
  }

  @Test
  void whatIsOverItsLimitTwiceFailsAndEnoughOfThemEndTheRun() throws Exception {
    try (Rig rig = rig(Map.of(Option.MAXFAIL, "1"))) {
      assertThat(rig.leftOut(new FsmStateTransition())).isNull();

      assertThat(rig.run(Planned.at(51.0, 52.0)).verdict()).isEqualTo(Verdict.FAIL);

      assertThat(rig.leftOut(new FsmStateTransition())).isEqualTo("left out after 1 failed");
    }
  }

  @Test
  void whatLooksIntoProcessesIsLeftOutWhereAutoTakesContainers() throws Exception {
    boolean containers = Stacks.missingForContainers() == null;
    try (Rig rig = rig(Map.of())) {
      String leftOut = rig.leftOut(new MemoryLeakDetection());

      assertThat(leftOut != null).isEqualTo(containers);
    }
  }

  @Test
  void aSelectionOfWhichNothingRanIsRefused() throws Exception {
    try (Rig rig = rig(Map.of(Option.ONLY, "fsm*"))) {
      assertThatThrownBy(rig::finish)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"fsm*\": none of the benchmarks that it names");
    }
  }

  @Test
  void whatPassedOnAMachineFarBelowAnEarlierRunIsBusyAtTheEnd() throws Exception {
    String machine = Surroundings.machine().fingerprint();
    Files.createDirectories(root.resolve(".bench"));
    Files.writeString(
        root.resolve(".bench/history.jsonl"),
        """
        {"at":"2026-11-29T00:00:00Z","machine":"%s","profile":"quick",\
        "bestPace":{"computeNs":0.01,"readNs":0.01},"verdict":"PASS","benchmarks":[]}
        """
            .formatted(machine));

    List<Verdict> before = new ArrayList<>();
    try (Rig rig = rig(Map.of(Option.HEALTH, "true"))) {
      for (int look = 0; look < RunPace.LEAST_LOOKS; look++) {
        before.add(rig.run(Planned.at(7.0)).verdict());
      }
      Results results = rig.finish();

      // One that this machine disturbed was BUSY before.
      assumeThat(before).contains(Verdict.PASS);
      assertThat(results.health().get("slowdownPercent")).isGreaterThan(20);
      Results.Benchmark passed = results.benchmarks().get(before.indexOf(Verdict.PASS));
      assertThat(passed.verdict()).isEqualTo(Verdict.BUSY);
      assertThat(passed.checks()).last().asString().contains("slower");
    }
    assertThat(baselines().names()).isEmpty();
  }
}
