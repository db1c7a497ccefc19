package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Stats;
import io.nodebridge.bench.report.Results.Threshold;
import io.nodebridge.bench.report.Verdict;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/// The absolute limits that gate the benchmarks, from an editable file: `avg_ms`, `p95_ms`,
/// `p99_ms` and `max_ms` of the samples, `min_` and the name of a side figure. `floor_p95_ms` is no
/// limit of ours: where the floor is slower, the machine is, and excuses what is over. Fails
/// closed: an unknown or missing key is an error.
final class Thresholds {
  private static final Map<String, ToDoubleFunction<Stats>> UPPER_LIMITS =
      Map.of(
          "avg_ms", Stats::mean, "max_ms", Stats::max, "p95_ms", Stats::p95, "p99_ms", Stats::p99);
  private static final String FLOOR_LIMIT = "floor_p95_ms";
  private static final List<String> KEYS =
      List.of(
          "blocking_detection.min_parallelSpeedup",
          "coordination.max_ms",
          "end_to_end.floor_p95_ms",
          "end_to_end.max_ms",
          "end_to_end.p95_ms",
          "event_loop_responsiveness.min_iterations",
          "fsm_transition.max_ms",
          "fsm_transition.p95_ms",
          "heartbeat_1000_concurrent.max_ms",
          "heartbeat_1000_concurrent.min_successRate",
          "heartbeat_cost.avg_ms",
          "heartbeat_single.avg_ms",
          "heartbeat_single.p95_ms",
          "heartbeat_single.p99_ms",
          "local_workflow.p95_ms",
          "local_workflow.min_shareOfFloor",
          "memory_leak.avg_ms",
          "orchestrator_burst.floor_p95_ms",
          "orchestrator_burst.max_ms",
          "orchestrator_burst.min_workflowsPerSecond",
          "orchestrator_soak.min_workflowsPerSecond",
          "orchestrator_workflow.max_ms",
          "orchestrator_workflow.p95_ms",
          "reducer_batch_100.max_ms",
          "reducer_batch_1000.max_ms",
          "reducer_batch_1000.p95_ms",
          "reducer_batch_10000.max_ms",
          "reducer_drain.min_rowsPerSecond",
          "reducer_drain_aggregates.min_eventsPerSecond",
          "reducer_latency.p95_ms",
          "reducer_soak.min_eventsPerSecond",
          "routing.max_ms");

  private final Map<String, Double> limits;

  private Thresholds(Map<String, Double> limits) {
    this.limits = limits;
  }

  /// @throws IllegalArgumentException listing every key that is unknown, missing or no number
  static Thresholds load(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    List<String> problems = new ArrayList<>();
    Map<String, Double> limits = new HashMap<>();
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      if (!KEYS.contains(key)) {
        problems.add(key + " is no threshold; known: " + KEYS);
        continue;
      }
      try {
        limits.put(key, Double.valueOf(properties.getProperty(key)));
      } catch (NumberFormatException e) {
        problems.add(key + " is \"" + properties.getProperty(key) + "\": must be a number");
      }
    }
    KEYS.stream()
        .filter(key -> !properties.containsKey(key))
        .forEach(key -> problems.add(key + " is missing"));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(file + ":\n  " + String.join("\n  ", problems));
    }
    return new Thresholds(limits);
  }

  /// Holds statistics and side figures against the limits of a key.
  List<Threshold> judge(String key, Stats stats, Map<String, Double> extra) {
    List<Threshold> judged = new ArrayList<>();
    UPPER_LIMITS.forEach(
        (metric, figure) -> {
          Double limit = limits.get(key + "." + metric);
          if (limit != null) {
            double actual = figure.applyAsDouble(stats);
            judged.add(threshold(metric, "<=", limit, actual, actual <= limit));
          }
        });
    extra.forEach(
        (name, actual) -> {
          String metric = "min_" + name;
          Double limit = limits.get(key + "." + metric);
          if (limit != null) {
            judged.add(threshold(metric, ">=", limit, actual, actual >= limit));
          }
        });
    if (judged.isEmpty()) {
      throw new IllegalArgumentException("no threshold gates " + key);
    }
    judged.sort(Comparator.comparing(Threshold::metric));
    return judged;
  }

  /// A check that is not ok if the floor of the same run is too slow for the limits of a key.
  Optional<Check> slowFloor(String key, double[] floorMs) {
    Double limit = limits.get(key + "." + FLOOR_LIMIT);
    if (limit == null || floorMs.length == 0) {
      return Optional.empty();
    }
    double p95 = Stats.of(floorMs).p95();
    return p95 <= limit
        ? Optional.empty()
        : Optional.of(
            new Check(
                "machine quick enough: p95 of the floor in ms",
                String.format(Locale.ROOT, "≤ %.0f", limit),
                String.format(Locale.ROOT, "%.1f", p95),
                false));
  }

  private static Threshold threshold(
      String metric, String op, double limit, double actual, boolean held) {
    return new Threshold(metric, op, limit, actual, held ? Verdict.PASS : Verdict.FAIL);
  }
}
