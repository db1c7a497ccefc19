package io.nodebridge.bench.report;

import io.avaje.jsonb.Json;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Hops.Hop;
import io.nodebridge.bench.measure.Stats;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `results.json`, schema 1. What does not apply is absent; lists are never null.
@Json
public record Results(
    int schema,
    @Nullable String provider,
    String profile,
    Machine machine,
    Map<String, Double> health,
    @Nullable String commit,
    Verdict verdict,
    List<Benchmark> benchmarks) {

  public static final int SCHEMA = 1;

  public Results {
    health = Map.copyOf(health);
    benchmarks = List.copyOf(benchmarks);
  }

  /// Where the figures were measured.
  @Json
  public record Machine(String cpu, int cores, String memory, String jdk, String os) {}

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
      List<Check> checks,
      List<Threshold> thresholds,
      List<Series> series,
      Map<String, Double> extra) {

    public Benchmark {
      hops = List.copyOf(hops);
      checks = List.copyOf(checks);
      thresholds = List.copyOf(thresholds);
      series = List.copyOf(series);
      extra = Map.copyOf(extra);
    }
  }

  /// The floor's median in milliseconds, and how many times it the benchmark's median is.
  @Json
  public record Floor(double median, double ratio) {}

  /// A limit and what was measured against it.
  @Json
  public record Threshold(String metric, String op, double limit, double actual, Verdict verdict) {}

  /// A curve.
  @Json
  public record Series(String name, String unit, List<List<Double>> points) {

    public Series {
      points = List.copyOf(points);
    }
  }
}
