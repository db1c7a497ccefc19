package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.benchmark.Benchmark.Spec;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The benchmarks that a glob names: by their names, with `test_` before them or without, by group,
/// or by category. The profile leaves out those that are too large for it, unless they are named in
/// full. A glob that names nothing is an error.
public final class Selection {
  private final String glob;
  private final List<Benchmark> benchmarks;

  private Selection(String glob, List<Benchmark> benchmarks) {
    this.glob = glob;
    this.benchmarks = benchmarks;
  }

  /// The benchmarks that the glob names.
  ///
  /// @param slow whether those that are slow are among them
  /// @throws IllegalArgumentException if it names nothing, or only what is left out
  public static Selection of(String glob, Profile profile, boolean slow) {
    PathMatcher matcher = matcher(glob);
    List<String> inFull = List.of(glob.replaceAll("^\\{|}$", "").split(",", -1));
    List<Benchmark> named =
        Catalogue.benchmarks().stream()
            .filter(one -> kinds(one).anyMatch(name -> matcher.matches(Path.of(name))))
            .toList();
    List<Benchmark> chosen =
        named.stream()
            .filter(one -> slow || !one.slow())
            .filter(
                one -> one.from().compareTo(profile) <= 0 || names(one).anyMatch(inFull::contains))
            .toList();
    if (named.isEmpty()) {
      throw new IllegalArgumentException(
          "\"%s\" names no benchmark, group or category; ./bench list shows them; benchmarks: %s"
              .formatted(glob, told(Catalogue.benchmarks())));
    }
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "\"%s\" names only what is left out, because it is slow or runs from profile %s on: %s"
              .formatted(glob, named.getFirst().from().word(), told(named)));
    }
    return new Selection(glob, chosen);
  }

  public String glob() {
    return glob;
  }

  /// In the order of a run; never empty.
  public List<Benchmark> benchmarks() {
    return benchmarks;
  }

  public List<String> names() {
    return benchmarks.stream().map(one -> one.spec().name()).toList();
  }

  boolean includes(Benchmark benchmark) {
    return names().contains(benchmark.spec().name());
  }

  private static PathMatcher matcher(String glob) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("\"" + glob + "\" is no glob: " + e.getMessage(), e);
    }
  }

  private static Stream<String> names(Benchmark benchmark) {
    return Stream.concat(Stream.of(benchmark.spec().name()), benchmark.alsoCalled().stream())
        .flatMap(name -> Stream.of(name, "test_" + name));
  }

  private static Stream<String> kinds(Benchmark benchmark) {
    Spec spec = benchmark.spec();
    return Stream.concat(names(benchmark), Stream.of(spec.group(), spec.category()));
  }

  private static String told(List<Benchmark> benchmarks) {
    return benchmarks.stream()
        .map(one -> one.spec().name())
        .collect(Collectors.toCollection(TreeSet::new))
        .toString();
  }
}
