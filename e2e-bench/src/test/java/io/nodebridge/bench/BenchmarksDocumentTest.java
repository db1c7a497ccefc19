package io.nodebridge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.benchmark.Benchmark;
import io.nodebridge.bench.benchmark.Catalogue;
import io.nodebridge.bench.health.Disturbance;
import io.nodebridge.bench.options.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `docs/benchmarks.md` says what the code does.
class BenchmarksDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/benchmarks.md");
  private static final Pattern PROPERTY = Pattern.compile("-D(bench\\.[A-Za-z.]+[A-Za-z])");

  private static List<String> lines = List.of();

  @BeforeAll
  static void theDocument() throws IOException {
    lines = Files.readAllLines(DOCUMENT);
  }

  // What it times and what is checked is said by people; that both are said is checked.
  @Test
  void everyBenchmarkHasItsRow() throws IOException {
    List<String> expected = new ArrayList<>();
    for (Benchmark benchmark : withoutCells()) {
      expected.add(row(benchmark));
    }

    List<List<String>> rows = table("| benchmark | seed |");

    assertThat(rows.stream().map(BenchmarksDocumentTest::withoutProse)).isEqualTo(expected);
    assertThat(rows).allSatisfy(row -> assertThat(row.subList(2, 4)).noneMatch(String::isBlank));
  }

  @Test
  void everyOptionHasItsRow() {
    assertThat(table("| key | Maven |").stream().map(cells -> String.join("|", cells)))
        .containsExactlyElementsOf(
            Arrays.stream(Option.values())
                .map(
                    option ->
                        "`%s`|`-D%s`|%s|%s"
                            .formatted(
                                option.key(),
                                option.property(),
                                option.fallback().isEmpty() ? "" : "`" + option.fallback() + "`",
                                option.rule()))
                .toList());
  }

  @Test
  void everyDisturbanceHasItsRow() {
    assertThat(table("| figure in `health` |").stream().map(cells -> String.join("|", cells)))
        .containsExactlyElementsOf(
            Arrays.stream(Disturbance.values())
                .map(
                    one ->
                        String.format(
                            Locale.ROOT, "`%s`|%.0f|%s", one.figure(), one.limit(), one.meaning()))
                .toList());
  }

  @Test
  void everyPropertyThatItNamesExists() {
    assertThat(
            lines.stream()
                .flatMap(line -> PROPERTY.matcher(line).results())
                .map((MatchResult match) -> match.group(1)))
        .isNotEmpty()
        .allSatisfy(property -> assertThat(Option.ofProperty(property)).as(property).isPresent());
  }

  // The cells of one benchmark share its row.
  private static List<Benchmark> withoutCells() {
    return Catalogue.benchmarks().stream()
        .filter(one -> !one.spec().name().matches("local_workflow_throughput_.+"))
        .toList();
  }

  private static String row(Benchmark benchmark) throws IOException {
    Benchmark.Spec spec = benchmark.spec();
    return String.join(
        "|",
        "`" + spec.name() + "`",
        limits(spec.thresholdKey()),
        spec.batch() ? "batch" : "small",
        benchmark.from().word() + (benchmark.slow() ? ", slow" : ""),
        breaks(spec.name()));
  }

  private static String withoutProse(List<String> cells) {
    return Stream.concat(Stream.of(cells.getFirst()), cells.stream().skip(4))
        .collect(Collectors.joining("|"));
  }

  private static String limits(String key) throws IOException {
    Properties file = new Properties();
    try (var reader = Files.newBufferedReader(Path.of("thresholds.properties"))) {
      file.load(reader);
    }
    return file.stringPropertyNames().stream()
        .filter(name -> name.startsWith(key + "."))
        .sorted()
        .map(name -> name.substring(key.length() + 1) + " " + file.getProperty(name))
        .collect(Collectors.joining(", "));
  }

  private static String breaks(String benchmark) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("breaks"))) {
      return files
          .filter(file -> file.toString().endsWith(".patch"))
          .filter(file -> reddens(file, benchmark))
          .map(file -> "`" + file.getFileName().toString().replace(".patch", "") + "`")
          .sorted()
          .collect(Collectors.joining(", "));
    }
  }

  private static boolean reddens(Path patch, String benchmark) {
    try (Stream<String> head = Files.lines(patch)) {
      return head.takeWhile(line -> !line.startsWith("diff "))
          .anyMatch(line -> line.startsWith("red: " + benchmark + ": "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<List<String>> table(String head) {
    return lines.stream()
        .dropWhile(line -> !line.startsWith(head))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.substring(1, line.length() - 1).split("\\|", -1))
        .map(cells -> Arrays.stream(cells).map(String::strip).toList())
        .toList();
  }
}
