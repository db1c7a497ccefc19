package io.nodebridge.bench.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Interval;
import io.nodebridge.bench.report.Report;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Runs;
import io.nodebridge.bench.report.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {
  private static final String HOSTILE = "\"><script>alert('x')</script><img src=x onerror=y> & ]]>";
  private static final double[] SAMPLES = {1, 2, 3, 4, 50};

  private static final Results RUN =
      Runs.of(
          Runs.judged(
              "pipeline",
              Verdict.FAIL,
              SAMPLES,
              List.of(new Check("rows", "5", "5", true)),
              List.of(Runs.limit("p95_ms", 10, 50))),
          Runs.benchmark("compared", 1, 2, 3)
              .with(
                  new Results.Compare(
                      "main",
                      Verdict.FAIL,
                      List.of(
                          new Results.Ratio(
                              "mean", 1, 2, 2, new Interval(1.5, 2.5), 1.1, Verdict.FAIL, null)),
                      null)),
          Runs.benchmark("other", 7, 8, 9),
          Runs.wrong("wrong", new Check("lost", "0", "13", false)));

  @TempDir private Path folder;

  @Test
  void theVerdictAndWhatFailedByHowMuchComeFirst() {
    String page = ReportPage.of(RUN);

    int verdict = page.indexOf("<h1>FAIL</h1>");
    int sentence = page.indexOf("pipeline: p95 is 50.0 ms, must be at most 10.0 ms (× 5.00)");
    assertThat(verdict).isPositive();
    assertThat(sentence).isGreaterThan(verdict).isLessThan(page.indexOf("<h2>"));
    assertThat(page)
        .containsSubsequence(
            "Benchmarks",
            "Beside main",
            "Where the time goes",
            "Over time",
            "Evidence",
            "All figures");
  }

  @Test
  void theSameResultsGiveTheSameBytesAlsoAfterTheyWereRead() throws Exception {
    Path file = Files.write(folder.resolve(Report.FILE), Report.encode(RUN));

    assertThat(ReportPage.of(Report.read(file))).isEqualTo(ReportPage.of(RUN));
  }

  // Maps that are read have an order of their own in each JVM.
  @Test
  void whatHasNoOrderIsSorted() {
    List<String> names = List.of("a1", "b2", "c3", "d4", "e5", "f6");
    Map<String, Double> unordered =
        names.stream().collect(Collectors.toMap(name -> name, _ -> 1.5));
    Results run =
        new Results(
            RUN.schema(),
            RUN.provider(),
            RUN.profile(),
            RUN.measuring(),
            RUN.machine(),
            unordered,
            RUN.commit(),
            RUN.verdict(),
            List.of(Runs.withExtra("figures", unordered)));

    String page = ReportPage.of(run);
    assertThat(page.substring(page.indexOf("side figure"))).containsSubsequence(names);
    assertThat(page.substring(page.indexOf("<footer>"))).containsSubsequence(names);
  }

  @Test
  void hostileTextStaysText() {
    Results hostile =
        Runs.of(
            Runs.machine(HOSTILE),
            HOSTILE,
            HOSTILE,
            HOSTILE,
            Runs.judged(
                HOSTILE,
                Verdict.FAIL,
                SAMPLES,
                List.of(new Check(HOSTILE, HOSTILE, HOSTILE, false)),
                List.of()));

    assertThat(ReportPage.of(hostile)).doesNotContain("<script", "<img").contains("&lt;script");
  }

  @Test
  void whatAnEarlierVersionMeantOtherwiseIsNotShown() {
    Results now = Runs.of(Runs.judged("split", Verdict.PASS, SAMPLES, List.of(), List.of()));
    Results earlier =
        new Results(
            1,
            now.provider(),
            now.profile(),
            now.measuring(),
            now.machine(),
            now.health(),
            now.commit(),
            now.verdict(),
            now.benchmarks());

    assertThat(ReportPage.of(now)).contains("near p50", "near p99");
    assertThat(ReportPage.of(earlier)).contains("near p50").doesNotContain("near p99");
  }

  @Test
  void noPlaceInAPictureIsNoNumber() {
    assertThat(ReportPage.of(RUN)).doesNotContain("NaN", "Infinity");
    assertThat(ReportPage.of(Runs.of())).contains("Nothing was measured.").doesNotContain("NaN");
  }

  @Test
  void nothingIsLoaded() {
    assertThat(ReportPage.of(RUN))
        .contains("default-src &#x27;none&#x27;")
        .doesNotContain("http:", "https:", "src=", "@import", "<script", "<link");
  }
}
