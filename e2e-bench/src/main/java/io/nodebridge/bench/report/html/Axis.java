package io.nodebridge.bench.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Maps values to places in a picture.
///
/// @param low the value at `from`
/// @param high the value at `to`
record Axis(double low, double high, double from, double to, boolean logarithmic) {
  private static final int TICKS = 4;
  private static final double[] STEPS = {1, 2, 5, 10};

  static Axis linear(double low, double high, double from, double to) {
    return new Axis(low, high > low ? high : low + 1, from, to, false);
  }

  /// @param low above 0
  static Axis logarithmic(double low, double high, double from, double to) {
    return new Axis(low, high > low ? high : low * 10, from, to, true);
  }

  /// The place of a value; one that lies outside is put at the end.
  double at(double value) {
    double share =
        logarithmic
            ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
            : (value - low) / (high - low);
    return from + Math.clamp(share, 0.0, 1.0) * (to - from);
  }

  /// The same, as an attribute's text.
  String place(double value) {
    return text(at(value));
  }

  /// Round values to label, few enough for a small picture.
  List<Double> ticks() {
    return logarithmic ? powers() : steps();
  }

  private List<Double> powers() {
    List<Double> ticks = new ArrayList<>();
    double decades = Math.log10(high / low);
    double[] within = decades > 2 ? new double[] {1} : new double[] {1, 2, 5};
    int every = (int) Math.max(1, Math.ceil(decades / (TICKS + 1)));
    for (int power = (int) Math.floor(Math.log10(low)); Math.pow(10, power) <= high; power++) {
      for (double step : within) {
        double tick = step * Math.pow(10, power);
        if (tick >= low * 0.999 && tick <= high * 1.001 && Math.floorMod(power, every) == 0) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  private List<Double> steps() {
    double rough = (high - low) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power;
    for (double candidate : STEPS) {
      step = candidate * power;
      if (step >= rough) {
        break;
      }
    }
    List<Double> ticks = new ArrayList<>();
    for (double tick = Math.ceil(low / step) * step; tick <= high + step / 1e6; tick += step) {
      ticks.add(tick);
    }
    return ticks;
  }

  static String text(double place) {
    return String.format(Locale.ROOT, "%.1f", place);
  }
}
