package io.nodebridge.bench.report;

/// How a benchmark or a run ended, the worst first. ERROR: it could not be measured. BUSY: the
/// machine was. UNSURE: the figure straddles its limit.
public enum Verdict {
  ERROR,
  FAIL,
  BUSY,
  UNSURE,
  PASS;

  /// Whether it fails a build; BUSY and UNSURE never do unless that is asked for.
  public boolean fails() {
    return this == ERROR || this == FAIL;
  }

  /// What it means for a run.
  public String sentence() {
    return switch (this) {
      case ERROR -> "something could not be measured";
      case FAIL -> "a check, a limit or a comparison failed";
      case BUSY -> "the machine was too busy to measure everything; this is no pass";
      case UNSURE ->
          "a figure lies on both sides of its limit, or has no baseline; this is no pass";
      case PASS -> "everything passed";
    };
  }

  /// The worse of two.
  public Verdict and(Verdict other) {
    return compareTo(other) <= 0 ? this : other;
  }
}
