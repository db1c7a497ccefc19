package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Stats;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.options.Options;
import java.util.Comparator;
import java.util.List;

/// How the table is laid out.
///
/// @param columns names of statistics
/// @param sort `run`, `name` or a statistic
/// @param verbose whether it shows what held, too
public record Layout(List<String> columns, String sort, boolean verbose) {

  public Layout {
    columns = List.copyOf(columns);
  }

  public static Layout of(Options options) {
    String columns = options.text(Option.COLUMNS);
    return new Layout(
        columns.equals("all") ? Stats.NAMES : List.of(columns.split(",", -1)),
        options.text(Option.SORT),
        options.on(Option.VERBOSE));
  }

  List<Results.Benchmark> sorted(List<Results.Benchmark> benchmarks) {
    return switch (sort) {
      case "run" -> benchmarks;
      case "name" ->
          benchmarks.stream().sorted(Comparator.comparing(Results.Benchmark::name)).toList();
      default -> benchmarks.stream().sorted(Comparator.comparingDouble(this::key)).toList();
    };
  }

  // What has no figure comes last.
  private double key(Results.Benchmark benchmark) {
    Stats stats = benchmark.stats();
    return stats == null ? Double.POSITIVE_INFINITY : stats.figure(sort);
  }
}
