package io.nodebridge.bench.measure;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Locale;

/// A named comparison of what had to be with what was. One that is not ok voids the figures, or, of
/// the machine, says why they are not judged.
@Json
public record Check(String name, String expected, String actual, boolean ok) {

  public static Check equal(String name, long expected, long actual) {
    return new Check(name, "" + expected, "" + actual, expected == actual);
  }

  /// None of these happened; one that did stands for all.
  public static Check none(String name, List<String> happened) {
    String actual =
        happened.isEmpty() ? "0" : happened.size() + ", one of them: " + happened.getFirst();
    return new Check(name, "0", actual, happened.isEmpty());
  }

  public static Check atLeast(String name, double lowest, double actual) {
    return new Check(
        name, "≥ " + lowest, String.format(Locale.ROOT, "%.4f", actual), actual >= lowest);
  }

  /// For reading.
  public String sentence() {
    return "%s: expected %s, was %s".formatted(name, expected, actual);
  }
}
