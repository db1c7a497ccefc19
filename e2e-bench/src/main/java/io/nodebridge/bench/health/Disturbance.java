package io.nodebridge.bench.health;

/// What others do to a measurement, and how much of it a figure bears. Our own load is not meant:
/// it is told apart by process, or looked at while we do nothing; only the longest wait may have a
/// share of it, so that one excuses a figure over its limit and does not spoil one within.
public enum Disturbance {
  STEAL("stealPercent", 2, "% of the time taken by the host"),
  OTHERS("othersCpuPercent", 10, "% of the processors used by other programs"),
  CPU_PRESSURE("idleCpuPressurePercent", 20, "% of the time work waits for a processor, at rest"),
  IO_PRESSURE("idleIoPressurePercent", 20, "% of the time work waits for a disk, at rest"),
  HICCUP("idleHiccupP99Ms", 5, "ms that a timer is late at rest, p99"),
  SLOWDOWN("slowdownPercent", 20, "% slower at rest, the run over, than the machine can be"),
  LONGEST_WAIT("longestWaitMs", 100, "ms that a process that was ready waited for a processor");

  private final String figure;
  private final double limit;
  private final String meaning;

  Disturbance(String figure, double limit, String meaning) {
    this.figure = figure;
    this.limit = limit;
    this.meaning = meaning;
  }

  /// Its name among the results.
  public String figure() {
    return figure;
  }

  public double limit() {
    return limit;
  }

  /// Whether it excuses a figure over its limit, and does not spoil one within: it is not our own
  /// load alone that is told, or it is known of the whole run only.
  boolean onlyExcuses() {
    return this == LONGEST_WAIT || this == SLOWDOWN;
  }

  public String meaning() {
    return meaning;
  }
}
