package io.nodebridge.bench.prove;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The product, broken on purpose: a patch that `git apply` takes, below a head of lines `key:
/// value` that say what is broken (`breaks`) and who must see it: a benchmark by one of its checks
/// or thresholds (`red`), or a test (`caught-by`); or which check, that the patch itself brings,
/// holds in a benchmark only if it has seen it (`found`).
///
/// @param files that the patch changes, without new ones, from the project's root
record Break(
    String name,
    String what,
    List<Place> reds,
    List<Place> found,
    List<String> caughtBy,
    List<String> files) {
  private static final String NEW = "--- /dev/null";
  private static final String FILE = "+++ b/";

  Break {
    reds = List.copyOf(reds);
    found = List.copyOf(found);
    caughtBy = List.copyOf(caughtBy);
    files = List.copyOf(files);
  }

  /// Where it has to be seen.
  ///
  /// @param check begins the name of the check or the threshold
  record Place(String benchmark, String check) {
    private static Place of(String value) {
      int colon = value.indexOf(": ");
      if (colon < 0) {
        throw new IllegalArgumentException(
            "\"" + value + "\" must be a benchmark, a colon and a check or threshold");
      }
      return new Place(value.substring(0, colon), value.substring(colon + 2));
    }
  }

  /// Reads a patch's head.
  ///
  /// @throws IllegalArgumentException if nothing is said that must see it, or not how
  static Break read(Path patch) throws IOException {
    List<String> lines = Files.readAllLines(patch);
    List<String> head = lines.stream().takeWhile(line -> !line.startsWith("diff ")).toList();
    List<Place> reds = values(head, "red: ").map(Place::of).toList();
    List<Place> found = values(head, "found: ").map(Place::of).toList();
    List<String> tests = values(head, "caught-by: ").toList();
    String what =
        values(head, "breaks: ")
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(patch + " has no line \"breaks: …\""));
    if (Stream.of(reds, found, tests).filter(List::isEmpty).count() != 2) {
      throw new IllegalArgumentException(
          patch + " must have lines \"red: …\", or lines \"found: …\", or \"caught-by: …\"");
    }
    return new Break(nameOf(patch), what, reds, found, tests, changed(lines));
  }

  private static List<String> changed(List<String> lines) {
    return IntStream.range(1, lines.size())
        .filter(line -> lines.get(line).startsWith(FILE) && !lines.get(line - 1).equals(NEW))
        .mapToObj(line -> lines.get(line).substring(FILE.length()).strip())
        .toList();
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
