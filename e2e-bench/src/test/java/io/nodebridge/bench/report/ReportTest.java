package io.nodebridge.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.options.Options;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Results RUN =
      Runs.of(
          Runs.benchmark("slow", 3, 4, 5),
          Runs.benchmark("fast", 1, 2, 3),
          Runs.benchmark("disturbed", Verdict.BUSY, 7, 8, 9));

  @TempDir private Path project;

  @Test
  void everyOutputGoesWhereTheOptionsSay() throws IOException {
    write(
        Map.of(
            Option.JSON, "out/copy.json", Option.CSV, "out/all.csv", Option.HISTOGRAM, "pictures"));

    assertThat(project.resolve("results/results.json")).hasBinaryContent(Report.encode(RUN));
    assertThat(project.resolve("out/copy.json")).hasBinaryContent(Report.encode(RUN));
    assertThat(Report.read(project.resolve("out/copy.json")).benchmarks())
        .extracting(Results.Benchmark::name)
        .containsExactly("slow", "fast", "disturbed");
    assertThat(Files.readAllLines(project.resolve("out/all.csv")))
        .hasSize(4)
        .contains(
            "name,group,category,verdict,grade,unit,samples,iterations,min,max,mean,stddev,median,"
                + "iqr,outliers,p95,p99,p999,ops")
        .anyMatch(
            line -> line.startsWith("fast,Group,category,PASS,A,ms,3,1,1.0,3.0,2.0,1.0,2.0,"));
    assertThat(project.resolve("results")).isDirectoryContaining("glob:**/report.html");
    assertThat(project.resolve("results")).isDirectoryContaining("glob:**/report.md");
    assertThat(project.resolve("results")).isDirectoryContaining("glob:**/junit.xml");
    assertThat(project.resolve("pictures/fast.hlog")).content().contains("[fast, ms]");
    assertThat(project.resolve("pictures/fast.svg"))
        .content()
        .startsWith("<svg")
        .endsWith("</svg>\n");
  }

  @Test
  void whatIsTurnedOffIsNotWritten() throws IOException {
    write(Map.of(Option.CSV, "false", Option.HISTOGRAM, "false"));

    assertThat(project.resolve("results/histograms")).doesNotExist();
    try (var files = Files.list(project)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .containsExactlyInAnyOrder("results", "bench.yaml");
    }
  }

  @Test
  void missingResultsAreASentence() {
    assertThatThrownBy(() -> Report.read(project.resolve("none.json")))
        .hasMessageEndingWith(
            "none.json is no file: must be the results.json that a run leaves; ./bench run makes"
                + " one");
  }

  @Test
  void theTableHasTheColumnsAndTheOrderThatWereAskedFor() throws IOException {
    String table =
        Table.of(RUN, Layout.of(options(Map.of(Option.COLUMNS, "mean,p99", Option.SORT, "mean"))));

    assertThat(table).contains("mean        p99").doesNotContain("median");
    assertThat(table.indexOf("fast")).isLessThan(table.indexOf("slow"));
    assertThat(table).contains("2.000      3.000");
  }

  @Test
  void aBusyFigureIsNoNumber() throws IOException {
    String table = Table.of(RUN, Layout.of(options(Map.of())));
    String verbose = Table.of(RUN, Layout.of(options(Map.of(Option.VERBOSE, "true"))));

    assertThat(table).contains("disturbed").doesNotContain("8.000");
    assertThat(verbose).contains("8.000");

    Results withHops =
        Runs.of(Runs.judged("held", Verdict.BUSY, new double[] {8}, List.of(), List.of()));
    assertThat(Table.of(withHops, Layout.of(options(Map.of())))).doesNotContain("hops", "there");
    assertThat(Table.of(withHops, Layout.of(options(Map.of(Option.VERBOSE, "true")))))
        .contains("held: hops");
  }

  private void write(Map<Option, String> given) throws IOException {
    new Report(project, project.resolve("results"), options(given)).write(RUN);
  }

  private Options options(Map<Option, String> given) throws IOException {
    return Options.read(Files.writeString(project.resolve("bench.yaml"), "csv: false\n"), given);
  }

  @Test
  void noFigureOfABusyMachineIsWritten() throws IOException {
    double[] samples = {70_123, 70_123, 70_123};
    Check why = new Check("longestWaitMs", "≤ 100", "152", false);
    Results busy =
        Runs.of(
            Runs.judged(
                "disturbed",
                Verdict.BUSY,
                samples,
                List.of(why),
                List.of(Runs.limit("p95_ms", 90_000, 70_123))));

    new Report(project, project.resolve("results"), options(Map.of())).write(busy);

    for (String file : new String[] {"report.html", "report.md", "junit.xml"}) {
      assertThat(project.resolve("results").resolve(file))
          .content()
          .contains("longestWaitMs", "152")
          .doesNotContain("70,", "70.1", "70123", "sideFigure", "there");
    }
    assertThat(project.resolve("results/histograms")).doesNotExist();
    assertThat(project.resolve("results/results.json")).content().contains("sideFigure");
  }

  @Test
  void aNewerSchemaIsRefused() throws IOException {
    Path newer = project.resolve("newer.json");
    String text = new String(Report.encode(RUN), StandardCharsets.UTF_8);
    Files.writeString(newer, text.replace("\"schema\":2", "\"schema\":3"));

    assertThatThrownBy(() -> Report.read(newer))
        .hasMessageEndingWith("newer.json has schema 3: this version reads 1 to 2");
  }
}
