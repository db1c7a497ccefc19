package io.nodebridge.bench.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.nodebridge.bench.measure.Stats;
import io.nodebridge.bench.report.Results.Threshold;
import io.nodebridge.bench.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThresholdsTest {
  // The file that gates the real run: it must hold each key.
  private static final Path SHIPPED = Path.of("thresholds.properties");

  @TempDir private Path folder;

  @Test
  void aFigureOverItsLimitFailsAndOneAtItPasses() throws IOException {
    Thresholds thresholds = Thresholds.load(SHIPPED);

    assertThat(thresholds.judge("end_to_end", Stats.of(new double[] {500}), Map.of()))
        .extracting(Threshold::metric, Threshold::verdict)
        .containsExactly(tuple("max_ms", Verdict.PASS), tuple("p95_ms", Verdict.FAIL));
  }

  @Test
  void aSideFigureBelowItsLimitFails() throws IOException {
    Thresholds thresholds = Thresholds.load(SHIPPED);

    Map<String, Double> slow = Map.of("rowsPerSecond", 4_999.0, "floorRowsPerSecond", 1.0);
    assertThat(thresholds.judge("reducer_drain", Stats.of(new double[] {1}), slow))
        .extracting(Threshold::metric, Threshold::verdict)
        .containsExactly(tuple("min_rowsPerSecond", Verdict.FAIL));
  }

  @Test
  void everyProblemOfTheFileIsToldAtOnce() throws IOException {
    String damaged =
        Files.readString(SHIPPED)
            .replace("end_to_end.max_ms=500", "end_to_end.max_ms=fast")
            .replace("fsm_transition.max_ms", "fsm_transition.maximum");

    assertThatThrownBy(() -> Thresholds.load(Files.writeString(folder.resolve("t"), damaged)))
        .hasMessageContaining("end_to_end.max_ms is \"fast\": must be a number")
        .hasMessageContaining("fsm_transition.maximum is no threshold")
        .hasMessageContaining("fsm_transition.max_ms is missing");
  }

  @Test
  void aBenchmarkWithoutALimitIsAnError() throws IOException {
    Thresholds thresholds = Thresholds.load(SHIPPED);

    assertThatThrownBy(() -> thresholds.judge("nothing", Stats.of(new double[] {1}), Map.of()))
        .hasMessage("no threshold gates nothing");
  }
}
