package io.nodebridge.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void withoutATerminalThereAreOnlyLines() {
    try (Progress progress =
        Progress.counted(out, false).following(List.of("first", "second"), _ -> 65)) {
      progress.begin("first");
      progress.end(Runs.benchmark("first", 2), 12);
      progress.begin("second");
      progress.end(Runs.benchmark("second", Verdict.BUSY, 2), 13);
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            [1/2] first: PASS, median 2.000 ms, 12 s, about 1:05 left
            [2/2] second: BUSY, 13 s
            """);
  }

  @Test
  void inATerminalWhatIsRunningIsDrawnOver() {
    try (Progress progress =
        Progress.counted(out, true).following(List.of("first"), _ -> Double.NaN)) {
      progress.begin("first");
      progress.end(Runs.benchmark("first", 2), 12);
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .startsWith("\r\u001b[K[1/1] first … 0 s")
        .contains("\r\u001b[K[1/1] first: PASS, median 2.000 ms, 12 s\n")
        .endsWith("\r\u001b[K");
  }
}
