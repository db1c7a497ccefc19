package io.nodebridge.bench.report;

import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes what a run found: `results.json` and the table on standard output.
public final class Report {
  /// Its name in the results folder.
  public static final String FILE = "results.json";

  private static final JsonCodec<Results> RESULTS = JsonCodec.of(Results.class);

  private final Path project;
  private final Path folder;

  public Report(Path project, Path folder) {
    this.project = project;
    this.folder = folder;
  }

  /// Writes the results of a run, also of one that failed.
  ///
  /// @param provider null if no stack came up
  public void write(@Nullable String provider, String profile, List<Results.Benchmark> benchmarks)
      throws IOException {
    Verdict verdict =
        benchmarks.stream().map(Results.Benchmark::verdict).reduce(Verdict.PASS, Verdict::and);
    Results results =
        new Results(
            Results.SCHEMA,
            provider,
            profile,
            machine(),
            health(),
            commit(),
            benchmarks.isEmpty() ? Verdict.ERROR : verdict,
            benchmarks);
    Path file = Files.createDirectories(folder).resolve(FILE);
    Files.write(file, RESULTS.encode(results));
    System.out.print(Table.of(results));
    System.out.println("results: " + project.relativize(file));
  }

  private static Results.Machine machine() throws IOException {
    return new Results.Machine(
        firstValue(Path.of("/proc/cpuinfo"), "model name"),
        Runtime.getRuntime().availableProcessors(),
        firstValue(Path.of("/proc/meminfo"), "MemTotal"),
        System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  // What the machine suffered beside us: load, and the share of time that work waited for a CPU.
  private static Map<String, Double> health() throws IOException {
    Map<String, Double> health = new HashMap<>();
    Path load = Path.of("/proc/loadavg");
    if (Files.isReadable(load)) {
      health.put("loadAverage1m", Double.valueOf(Files.readString(load).split(" ", 2)[0]));
    }
    Path pressure = Path.of("/proc/pressure/cpu");
    if (Files.isReadable(pressure)) {
      String some = Files.readAllLines(pressure).getFirst();
      health.put(
          "cpuPressurePercent60s", Double.valueOf(some.replaceAll(".*avg60=([0-9.]+).*", "$1")));
    }
    return health;
  }

  private static String firstValue(Path file, String key) throws IOException {
    if (!Files.isReadable(file)) {
      return "unknown";
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    }
  }

  // With "-dirty" behind it if files differ from it; null outside a checkout.
  private @Nullable String commit() {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty")
              .directory(project.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0
          ? answer.strip().toLowerCase(Locale.ROOT)
          : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
