package io.nodebridge.bench.compare;

import io.nodebridge.bench.health.Pace;
import io.nodebridge.bench.measure.Stats;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Noise;
import io.nodebridge.bench.report.Verdict;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.statistics.descriptive.Quantile;
import org.jspecify.annotations.Nullable;

/// All runs of this machine and others, one line of JSON each, oldest first.
public final class History {
  private static final JsonCodec<HistoryLine> CODEC = JsonCodec.of(HistoryLine.class);
  // Fewer tell no share.
  private static final int LEAST_PAIRS = 10;
  // A machine may become a slower one for good.
  private static final int LAST_PACES = 20;

  private final List<HistoryLine> lines;
  private final List<Integer> damaged;

  private History(List<HistoryLine> lines, List<Integer> damaged) {
    this.lines = List.copyOf(lines);
    this.damaged = List.copyOf(damaged);
  }

  /// Reads what is there. A line that cannot be read, as a run that was killed may leave, is passed
  /// over and told by [#damaged].
  public static History read(Path storage) throws IOException {
    Path file = file(storage);
    List<HistoryLine> lines = new ArrayList<>();
    List<Integer> damaged = new ArrayList<>();
    if (Files.exists(file)) {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        try {
          lines.add(CODEC.decode(line.getBytes(StandardCharsets.UTF_8)));
        } catch (InvalidMessageException e) {
          damaged.add(number);
        }
      }
    }
    return new History(lines, damaged);
  }

  /// Appends a run.
  ///
  /// @param best pace that the machine showed; null if it is unknown
  /// @param seconds by benchmark, how long it took
  public static void append(
      Path storage, Instant at, Results run, @Nullable Pace best, Map<String, Double> seconds)
      throws IOException {
    HistoryLine line =
        new HistoryLine(
            at,
            run.machine().fingerprint(),
            run.provider(),
            run.profile(),
            run.measuring(),
            run.commit(),
            best,
            run.verdict(),
            run.benchmarks().stream().map(benchmark -> entry(benchmark, seconds)).toList());
    Files.createDirectories(storage);
    String text = new String(CODEC.encode(line), StandardCharsets.UTF_8) + "\n";
    Files.writeString(file(storage), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static HistoryLine.Entry entry(Results.Benchmark benchmark, Map<String, Double> seconds) {
    Stats stats = benchmark.stats();
    return new HistoryLine.Entry(
        benchmark.name(),
        benchmark.verdict(),
        seconds.getOrDefault(benchmark.name(), 0.0),
        stats == null
            ? Map.of()
            : List.of("min", "max", "mean", "median", "p95", "p99").stream()
                .collect(Collectors.toMap(Function.identity(), stats::figure)));
  }

  private static Path file(Path storage) {
    return storage.resolve("history.jsonl");
  }

  public List<HistoryLine> lines() {
    return lines;
  }

  /// Numbers of the lines that could not be read, from 1.
  public List<Integer> damaged() {
    return damaged;
  }

  /// How long a benchmark took when it was run last in that profile; NaN if it never was.
  public double seconds(String benchmark, String profile) {
    return lines.reversed().stream()
        .filter(line -> line.profile().equals(profile))
        .flatMap(line -> line.find(benchmark).stream())
        .mapToDouble(HistoryLine.Entry::seconds)
        .filter(seconds -> seconds > 0)
        .findFirst()
        .orElse(Double.NaN);
  }

  /// The best pace of a machine in the last 20 runs that tell theirs, whatever they measured; null
  /// if none does.
  public @Nullable Pace bestPace(Results.Machine machine) {
    return lines.reversed().stream()
        .filter(line -> line.machine().equals(machine.fingerprint()))
        .flatMap(line -> Stream.ofNullable(line.bestPace()))
        .limit(LAST_PACES)
        .reduce(Pace::best)
        .orElse(null);
  }

  /// What chance does to a statistic: the ratios of all pairs of runs of one commit, on the
  /// machine, provider, profile and way of measuring of that run. Null if there are fewer than 10.
  @Nullable Noise noise(Results run, String benchmark, String statistic, @Nullable Double limit) {
    List<HistoryLine> alike = lines.stream().filter(l -> l.sameKind(run) && l.clean()).toList();
    double[] ratios =
        alike.stream()
            .collect(Collectors.groupingBy(line -> Objects.requireNonNull(line.commit())))
            .values()
            .stream()
            .flatMapToDouble(lines -> Arrays.stream(ratios(lines, benchmark, statistic)))
            .toArray();
    if (ratios.length < LEAST_PAIRS) {
      return null;
    }
    double[] ends = Quantile.withDefaults().evaluate(ratios, 0.05, 0.95);
    long alarms = limit == null ? 0 : Arrays.stream(ratios).filter(ratio -> ratio > limit).count();
    return new Noise(ratios.length, ends[0], ends[1], (double) alarms / ratios.length);
  }

  private static double[] ratios(List<HistoryLine> same, String benchmark, String statistic) {
    double[] figures =
        same.stream()
            .flatMap(line -> line.find(benchmark).stream())
            .filter(entry -> entry.verdict() == Verdict.PASS || entry.verdict() == Verdict.FAIL)
            .flatMap(entry -> entry.figures().entrySet().stream())
            .filter(figure -> figure.getKey().equals(statistic))
            .mapToDouble(Map.Entry::getValue)
            .toArray();
    double[] ratios = new double[figures.length * (figures.length - 1) / 2];
    int pairs = 0;
    for (int earlier = 0; earlier < figures.length; earlier++) {
      for (int later = earlier + 1; later < figures.length; later++) {
        ratios[pairs++] = figures[later] / figures[earlier];
      }
    }
    return ratios;
  }
}
