package io.nodebridge.bench.compare;

import io.avaje.jsonb.Json;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Results.Machine;
import io.nodebridge.bench.report.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A run that was kept: the benchmarks of it that passed, with commit, machine, provider, profile
/// and way of measuring.
@Json
public record Baseline(String name, Instant savedAt, Results results) {

  /// @throws IllegalArgumentException if nothing in it passed
  static Baseline of(String name, Instant savedAt, Results run) {
    List<Results.Benchmark> passed = passed(run);
    if (passed.isEmpty()) {
      throw new IllegalArgumentException(
          "baseline \"" + name + "\" was not saved: no benchmark of the run passed");
    }
    return new Baseline(name, savedAt, run.with(passed));
  }

  private static List<Results.Benchmark> passed(Results run) {
    return run.benchmarks().stream()
        .filter(benchmark -> benchmark.verdict() == Verdict.PASS && benchmark.stats() != null)
        .toList();
  }

  /// Whether it is what was kept of that very run.
  boolean isOf(Results run) {
    return times(results.benchmarks()).equals(times(passed(run)));
  }

  // Of a figure that was read again, the last digits are the reader's.
  private static List<String> times(List<Results.Benchmark> benchmarks) {
    return benchmarks.stream()
        .map(b -> b.name() + " " + b.histogram() + " " + b.samples())
        .toList();
  }

  Optional<Results.Benchmark> find(String benchmark) {
    return results.benchmarks().stream().filter(b -> b.name().equals(benchmark)).findFirst();
  }

  /// Refuses figures that cannot be compared.
  ///
  /// @param measuring as the run's results tell it
  /// @param provider of the run; null as long as it needs no stack
  /// @throws IllegalArgumentException naming what differs and what to do
  public void requireSameKind(
      Machine machine, String profile, @Nullable String measuring, @Nullable String provider) {
    requireSame("machine", results.machine().fingerprint(), machine.fingerprint());
    requireSame("profile", results.profile(), profile);
    requireSame("way of measuring", told(results.measuring()), told(measuring));
    String ours = results.provider();
    if (provider != null && ours != null) {
      requireSame("provider", ours, provider);
    }
  }

  private static String told(@Nullable String measuring) {
    return measuring == null ? "unknown" : measuring;
  }

  private void requireSame(String what, String ours, String theirs) {
    if (!ours.equals(theirs)) {
      throw new IllegalArgumentException(
          "baseline \"%s\" is of another %s (%s, this run: %s), which is never compared; save one here"
              .formatted(name, what, ours, theirs));
    }
  }

  /// For a heading.
  public String title() {
    String commit = results.commit();
    return "%s (%s, %s)".formatted(name, commit == null ? "no commit" : shortened(commit), savedAt);
  }

  static String shortened(String commit) {
    return commit.replaceFirst("^([0-9a-f]{12})[0-9a-f]*", "$1");
  }
}
