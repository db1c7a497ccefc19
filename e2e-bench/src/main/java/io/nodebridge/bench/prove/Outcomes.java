package io.nodebridge.bench.prove;

import io.avaje.jsonb.Json;
import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Verdict;
import java.util.List;

/// Of `results.json`, what tells why a benchmark failed.
@Json
record Outcomes(List<Outcome> benchmarks) {

  Outcomes {
    benchmarks = List.copyOf(benchmarks);
  }

  @Json
  record Outcome(
      String name, Verdict verdict, List<Check> checks, List<Results.Threshold> thresholds) {

    Outcome {
      checks = List.copyOf(checks);
      thresholds = List.copyOf(thresholds);
    }
  }
}
