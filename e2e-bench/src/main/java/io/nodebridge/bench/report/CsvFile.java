package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Stats;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The statistics as comma-separated values, all digits, a line for each benchmark.
final class CsvFile {
  private static final List<String> HEAD =
      List.of("name", "group", "category", "verdict", "grade", "unit", "samples", "iterations");

  private CsvFile() {}

  static String of(Results results) {
    List<String> lines = new ArrayList<>();
    List<String> head = new ArrayList<>(HEAD);
    head.addAll(Stats.NAMES);
    lines.add(String.join(",", head));
    results.benchmarks().forEach(benchmark -> lines.add(line(benchmark)));
    return lines.stream().collect(Collectors.joining("\n", "", "\n"));
  }

  // No field holds a comma or a quote: names are words.
  private static String line(Results.Benchmark benchmark) {
    Stats stats = benchmark.stats();
    List<String> fields =
        new ArrayList<>(
            List.of(
                benchmark.name(),
                benchmark.group(),
                benchmark.category(),
                benchmark.verdict().name(),
                benchmark.grade() == null ? "" : benchmark.grade(),
                benchmark.unit(),
                "" + benchmark.samples(),
                "" + benchmark.iterations()));
    Stats.NAMES.forEach(name -> fields.add(stats == null ? "" : "" + stats.figure(name)));
    return String.join(",", fields);
  }
}
