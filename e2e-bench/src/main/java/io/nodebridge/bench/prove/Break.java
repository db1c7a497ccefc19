package io.nodebridge.bench.prove;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The product, broken on purpose: a patch that `git apply` takes, below a head of lines `key:
/// value` that say what is broken (`breaks`) and who must see it: a benchmark by one of its checks
/// or thresholds (`red`), or a test (`caught-by`).
///
/// @param files that the patch changes, from the project's root
record Break(String name, String what, List<Red> reds, List<String> caughtBy, List<String> files) {
  private static final String FILE = "+++ b/";

  Break {
    reds = List.copyOf(reds);
    caughtBy = List.copyOf(caughtBy);
    files = List.copyOf(files);
  }

  /// What has to fail.
  ///
  /// @param check begins the name of the check or the threshold
  record Red(String benchmark, String check) {
    private static Red of(String value) {
      int colon = value.indexOf(": ");
      if (colon < 0) {
        throw new IllegalArgumentException(
            "red is \"" + value + "\": must be a benchmark, a colon and a check or threshold");
      }
      return new Red(value.substring(0, colon), value.substring(colon + 2));
    }
  }

  /// Reads a patch's head.
  ///
  /// @throws IllegalArgumentException if nothing is said that must see it, or not how
  static Break read(Path patch) throws IOException {
    List<String> lines = Files.readAllLines(patch);
    List<String> head = lines.stream().takeWhile(line -> !line.startsWith("diff ")).toList();
    List<Red> reds = values(head, "red: ").map(Red::of).toList();
    List<String> tests = values(head, "caught-by: ").toList();
    String what =
        values(head, "breaks: ")
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(patch + " has no line \"breaks: …\""));
    if (reds.isEmpty() == tests.isEmpty()) {
      throw new IllegalArgumentException(
          patch + " must have lines \"red: …\", or lines \"caught-by: …\"");
    }
    return new Break(nameOf(patch), what, reds, tests, values(lines, FILE).toList());
  }

  private static String nameOf(Path patch) {
    return patch.getFileName().toString().replace(".patch", "");
  }

  private static Stream<String> values(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).strip());
  }
}
