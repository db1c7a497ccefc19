package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Distribution;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.options.Options;
import io.nodebridge.bench.report.html.ReportPage;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes what a run found: `results.json`, the report, and the files that the options ask for.
public final class Report {
  /// Its name in the results folder.
  public static final String FILE = "results.json";

  /// The page for reading, beside it.
  public static final String PAGE = "report.html";

  private static final JsonCodec<Results> RESULTS = JsonCodec.of(Results.class);

  private final Path project;
  private final Path folder;
  private final Options options;

  public Report(Path project, Path folder, Options options) {
    this.project = project;
    this.folder = folder;
    this.options = options;
  }

  /// What a run found, also one that failed.
  ///
  /// @param provider null if no stack came up
  public Results results(
      @Nullable String provider,
      String profile,
      Map<String, Double> health,
      List<Results.Benchmark> benchmarks)
      throws IOException {
    Verdict verdict =
        benchmarks.stream().map(Results.Benchmark::verdict).reduce(Verdict.PASS, Verdict::and);
    return new Results(
        Results.SCHEMA,
        provider,
        profile,
        options.measuring(),
        Surroundings.machine(),
        health,
        Surroundings.commit(project),
        benchmarks.isEmpty() ? Verdict.ERROR : verdict,
        benchmarks);
  }

  /// Writes all files.
  public void write(Results results) throws IOException {
    byte[] json = encode(results);
    put(folder.resolve(FILE), json);
    Optional<Path> copy = path(Option.JSON);
    if (copy.isPresent()) {
      put(copy.get(), json);
    }
    Optional<Path> csv = path(Option.CSV);
    if (csv.isPresent()) {
      put(csv.get(), CsvFile.of(results));
    }
    if (!options.text(Option.HISTOGRAM).equals("false")) {
      Path pictures = path(Option.HISTOGRAM).orElse(folder.resolve("histograms"));
      for (Results.Benchmark benchmark : results.shown().benchmarks()) {
        distribution(benchmark, pictures);
      }
    }
    render(results, folder);
  }

  private static void distribution(Results.Benchmark benchmark, Path pictures) throws IOException {
    Optional<String> picture = HistogramPicture.of(benchmark);
    if (picture.isPresent()) {
      put(pictures.resolve(benchmark.name() + ".svg"), picture.get());
    }
    String histogram = benchmark.histogram();
    if (histogram != null) {
      put(
          pictures.resolve(benchmark.name() + ".hlog"),
          HistogramLog.of(benchmark.name(), histogram));
    }
  }

  /// Writes what is to be read, by people and by CI: the same results give the same bytes.
  public static void render(Results results, Path folder) throws IOException {
    Results shown = results.shown();
    put(folder.resolve(PAGE), ReportPage.of(shown));
    put(folder.resolve("report.md"), MarkdownReport.of(shown));
    put(folder.resolve("junit.xml"), JunitFile.of(shown));
  }

  // From the project's folder; empty where only whether was said, not where.
  private Optional<Path> path(Option option) {
    String text = options.text(option);
    return text.equals("true") || text.equals("false")
        ? Optional.empty()
        : Optional.of(project.resolve(text));
  }

  private static void put(Path file, String text) throws IOException {
    put(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void put(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, bytes);
  }

  public static byte[] encode(Results results) {
    return RESULTS.encode(results);
  }

  /// Reads the results of a run.
  ///
  /// @throws IllegalArgumentException if they are missing or damaged
  public static Results read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          file + " is no file: must be the results.json that a run leaves; ./bench run makes one");
    }
    try {
      Results results = RESULTS.decode(Files.readAllBytes(file));
      if (!results.readable()) {
        throw new IllegalArgumentException(
            "%s has schema %s: this version reads 1 to %s"
                .formatted(file, results.schema(), Results.SCHEMA));
      }
      results.benchmarks().stream()
          .map(Results.Benchmark::histogram)
          .filter(Objects::nonNull)
          .forEach(Distribution::decode);
      return results;
    } catch (InvalidMessageException e) {
      throw new IllegalArgumentException(file + " is damaged: " + e.getMessage(), e);
    }
  }
}
