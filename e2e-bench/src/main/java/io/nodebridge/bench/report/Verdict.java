package io.nodebridge.bench.report;

/// How a benchmark or a run ended, the worst first. ERROR: it could not be measured. BUSY: the
/// machine was. UNSURE: the figure straddles its limit.
public enum Verdict {
  ERROR,
  FAIL,
  BUSY,
  UNSURE,
  PASS;

  Verdict and(Verdict other) {
    return compareTo(other) <= 0 ? this : other;
  }
}
