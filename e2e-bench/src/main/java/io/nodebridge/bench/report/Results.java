package io.nodebridge.bench.report;

import io.avaje.jsonb.Json;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Hops.Hop;
import io.nodebridge.bench.measure.Interval;
import io.nodebridge.bench.measure.Series;
import io.nodebridge.bench.measure.Stats;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `results.json`, schema 2. What does not apply is absent; lists are never null. In schema 1 the
/// percentiles of a hop were its own, and did not sum: they are not shown.
///
/// @param measuring the options that figures depend on; null in files of earlier versions
@Json
public record Results(
    int schema,
    @Nullable String provider,
    String profile,
    @Nullable String measuring,
    Machine machine,
    Map<String, Double> health,
    @Nullable String commit,
    Verdict verdict,
    List<Benchmark> benchmarks) {

  public static final int SCHEMA = 2;

  public Results {
    health = Map.copyOf(health);
    benchmarks = List.copyOf(benchmarks);
  }

  /// Whether this version knows what it says.
  public boolean readable() {
    return schema >= 1 && schema <= SCHEMA;
  }

  /// What may be shown of it.
  public Results shown() {
    return with(benchmarks.stream().map(Benchmark::shown).toList());
  }

  /// The same run with these benchmarks only.
  public Results with(List<Benchmark> some) {
    return new Results(
        schema, provider, profile, measuring, machine, health, commit, verdict, some);
  }

  /// The same run, judged otherwise.
  public Results with(Verdict other) {
    return new Results(
        schema, provider, profile, measuring, machine, health, commit, other, benchmarks);
  }

  /// Where the figures were measured.
  @Json
  public record Machine(String cpu, int cores, String memory, String jdk, String os) {
    private static final Pattern KILOBYTES = Pattern.compile("(\\d+) kB");
    private static final double PER_GIGABYTE = 1 << 20;

    /// What makes figures comparable: processor, cores, and memory in whole gigabytes. JDK and
    /// system may change: what they do to a figure is worth seeing.
    public String fingerprint() {
      Matcher kilobytes = KILOBYTES.matcher(memory);
      String gigabytes =
          kilobytes.matches()
              ? Math.round(Long.parseLong(kilobytes.group(1)) / PER_GIGABYTE) + " GiB"
              : memory;
      return cpu + ", " + cores + " cores, " + gigabytes;
    }
  }

  /// One benchmark's outcome. Without valid samples there are no statistics.
  @Json
  public record Benchmark(
      String name,
      String group,
      String category,
      String size,
      String command,
      String unit,
      int samples,
      int rounds,
      int iterations,
      int forks,
      boolean steady,
      Verdict verdict,
      @Nullable Stats stats,
      @Nullable String grade,
      @Nullable Floor floor,
      List<Hop> hops,
      Map<String, Interval> intervals,
      List<Check> checks,
      List<Threshold> thresholds,
      List<Series> series,
      @Nullable String histogram,
      @Nullable Compare compare,
      Map<String, Double> extra) {

    public Benchmark {
      hops = List.copyOf(hops);
      checks = List.copyOf(checks);
      thresholds = List.copyOf(thresholds);
      series = List.copyOf(series);
      intervals = Map.copyOf(intervals);
      extra = Map.copyOf(extra);
    }

    /// The same, held against a baseline.
    public Benchmark with(Compare comparison) {
      return with(verdict.and(comparison.verdict()), checks, thresholds, comparison);
    }

    /// The same, about which this leaves a doubt.
    public Benchmark unsure(Check doubt) {
      List<Check> all = Stream.concat(checks.stream(), Stream.of(doubt)).toList();
      return with(verdict.and(Verdict.UNSURE), all, thresholds, compare);
    }

    /// The same, which is no figure for these reasons.
    public Benchmark busy(List<Check> disturbed) {
      List<Check> all = Stream.concat(checks.stream(), disturbed.stream()).toList();
      List<Threshold> unjudged = thresholds.stream().map(t -> t.with(Verdict.BUSY)).toList();
      return with(Verdict.BUSY, all, unjudged, null);
    }

    /// What may be shown of it: what was measured on a busy machine is no figure, and only why it
    /// is none remains.
    Benchmark shown() {
      return verdict != Verdict.BUSY
          ? this
          : new Benchmark(
              name,
              group,
              category,
              size,
              command,
              unit,
              samples,
              rounds,
              iterations,
              forks,
              steady,
              verdict,
              null,
              null,
              null,
              List.of(),
              Map.of(),
              checks,
              List.of(),
              List.of(),
              null,
              null,
              Map.of());
    }

    /// The same, judged otherwise.
    public Benchmark with(Verdict other, List<Threshold> judged) {
      return with(other, checks, judged, compare);
    }

    private Benchmark with(
        Verdict other, List<Check> checked, List<Threshold> judged, @Nullable Compare comparison) {
      return new Benchmark(
          name,
          group,
          category,
          size,
          command,
          unit,
          samples,
          rounds,
          iterations,
          forks,
          steady,
          other,
          stats,
          other == Verdict.BUSY ? null : grade,
          floor,
          hops,
          intervals,
          checked,
          judged,
          series,
          histogram,
          comparison,
          extra);
    }
  }

  /// The floor in milliseconds, and how many times its median the benchmark's median is. The
  /// percentiles are 0 in files of earlier versions.
  @Json
  public record Floor(double median, double p95, double p99, double ratio) {}

  /// A limit and what was measured against it.
  @Json
  public record Threshold(String metric, String op, double limit, double actual, Verdict verdict) {

    /// The same, judged otherwise.
    public Threshold with(Verdict other) {
      return new Threshold(metric, op, limit, actual, other);
    }
  }

  /// A benchmark beside the same one of a baseline. FAIL if a statistic grew beyond its limit,
  /// UNSURE if the baseline has no such benchmark.
  ///
  /// @param histogram the baseline's distribution; null if it has none
  @Json
  public record Compare(
      String baseline, Verdict verdict, List<Ratio> ratios, @Nullable String histogram) {

    public Compare {
      ratios = List.copyOf(ratios);
    }
  }

  /// A statistic as a multiple of the baseline's, with the interval that both runs give it.
  ///
  /// @param limit the largest ratio that does not fail; null if none is set
  /// @param noise what chance alone does to this statistic; null without enough identical runs
  @Json
  public record Ratio(
      String metric,
      double baseline,
      double actual,
      double ratio,
      @Nullable Interval interval,
      @Nullable Double limit,
      Verdict verdict,
      @Nullable Noise noise) {}

  /// Pairs of runs of identical code on this machine.
  ///
  /// @param lowest the 5th percentile of their ratios, later over earlier
  /// @param highest the 95th
  /// @param falseAlarms the share of pairs that break the limit; 0 without one
  @Json
  public record Noise(int pairs, double lowest, double highest, double falseAlarms) {}
}
