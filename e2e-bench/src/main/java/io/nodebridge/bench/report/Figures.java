package io.nodebridge.bench.report;

import java.util.Locale;

/// Figures for reading: three significant digits, and the unit that fits.
public final class Figures {
  private static final double MILLIS_A_SECOND = 1e3;
  private static final double NANOS_A_MILLI = 1e6;
  private static final double MICROS_A_MILLI = 1e3;

  private Figures() {}

  /// A duration, such as `26.7 ms` or `310 ns`.
  public static String duration(double millis) {
    double size = Math.abs(millis);
    if (size >= MILLIS_A_SECOND) {
      return three(millis / MILLIS_A_SECOND) + " s";
    }
    if (size >= 1 || size == 0) {
      return three(millis) + " ms";
    }
    return size >= 1e-3
        ? three(millis * MICROS_A_MILLI) + " µs"
        : three(millis * NANOS_A_MILLI) + " ns";
  }

  /// A number, such as `1.85` or `12,300`.
  public static String three(double value) {
    double size = Math.abs(value);
    if (size >= 1e15 || Double.isNaN(value)) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    if (size >= 100 || size == 0) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    if (size < 1e-3) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    int digits = size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : size >= 0.01 ? 4 : 5;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /// A number that is whole as such, another with three digits.
  public static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%,.0f", value)
        : three(value);
  }

  /// What a limit is of, in the unit of its metric's name (`p95_ms`, `min_successRate`).
  public static String of(String metric, double value) {
    return isDuration(metric) ? duration(value) : three(value);
  }

  /// Whether a metric's name says that it is in milliseconds.
  public static boolean isDuration(String metric) {
    return metric.endsWith("_ms");
  }

  /// A metric's name for reading: `p95_ms` is `p95`.
  public static String metric(String metric) {
    return metric.replaceFirst("_ms$", "").replaceFirst("^min_", "");
  }
}
