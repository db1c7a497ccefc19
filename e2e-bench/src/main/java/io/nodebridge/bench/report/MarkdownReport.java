package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Stats;
import io.nodebridge.bench.report.Results.Benchmark;
import io.nodebridge.bench.report.Results.Compare;
import io.nodebridge.bench.report.Results.Floor;
import io.nodebridge.bench.report.Results.Ratio;
import io.nodebridge.bench.report.Results.Threshold;
import java.util.List;
import java.util.Optional;

/// `report.md`: the verdict, a line for each benchmark and the comparison, for the summary of a CI
/// job.
final class MarkdownReport {
  private MarkdownReport() {}

  static String of(Results results) {
    StringBuilder out = new StringBuilder();
    out.append("## %s\n\n%s\n\n".formatted(results.verdict(), text(Headline.of(results))));
    out.append(
        "%s · %s · %s\n\n"
            .formatted(
                results.provider() == null ? "no stack" : text(results.provider()),
                text(results.profile()),
                text(results.machine().fingerprint())));
    out.append("| benchmark | verdict | p50 | p95 | grade | floor | limit |\n");
    out.append("|---|---|--:|--:|---|--:|---|\n");
    results.benchmarks().forEach(benchmark -> out.append(row(benchmark)));
    List<Benchmark> compared =
        results.benchmarks().stream().filter(b -> b.compare() != null).toList();
    if (!compared.isEmpty()) {
      out.append("\n| beside the baseline | figure | ratio | limit | verdict |\n");
      out.append("|---|---|--:|--:|---|\n");
      compared.forEach(benchmark -> out.append(ratios(benchmark)));
    }
    return out.toString();
  }

  private static String row(Benchmark benchmark) {
    Stats stats = benchmark.stats();
    if (stats == null) {
      return "| %s | %s | | | | | %s |\n"
          .formatted(text(benchmark.name()), benchmark.verdict(), text(Headline.reason(benchmark)));
    }
    Floor floor = benchmark.floor();
    Optional<Threshold> limit = Headline.binding(benchmark);
    return "| %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            text(benchmark.name()),
            benchmark.verdict(),
            Figures.duration(stats.median()),
            Figures.duration(stats.p95()),
            benchmark.grade() == null ? "" : benchmark.grade(),
            floor == null ? "" : "× " + Figures.three(floor.ratio()),
            limit.map(t -> Headline.actual(t) + ", " + Headline.allowed(t)).orElse(""));
  }

  private static String ratios(Benchmark benchmark) {
    StringBuilder rows = new StringBuilder();
    Compare compare = benchmark.compare();
    if (compare == null || compare.ratios().isEmpty()) {
      return "| %s | – | – | | %s |\n"
          .formatted(text(benchmark.name()), text(Headline.reason(benchmark)));
    }
    for (Ratio ratio : compare.ratios()) {
      Double limit = ratio.limit();
      rows.append(
          "| %s | %s | × %s | %s | %s |\n"
              .formatted(
                  text(benchmark.name()),
                  ratio.metric(),
                  Figures.three(ratio.ratio()),
                  limit == null ? "" : "× " + Figures.three(limit),
                  limit == null ? "" : ratio.verdict()));
    }
    return rows.toString();
  }

  // No text can end its cell, begin a tag or a link, or break the line.
  private static String text(String text) {
    return text.replaceAll("[\\s\\p{Cntrl}]+", " ").replaceAll("([\\\\`*\\[\\]<>|&@])", "\\\\$1");
  }
}
