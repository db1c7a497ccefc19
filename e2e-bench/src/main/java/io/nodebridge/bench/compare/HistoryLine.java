package io.nodebridge.bench.compare;

import io.avaje.jsonb.Json;
import io.nodebridge.bench.health.Pace;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the history knows of one run.
///
/// @param machine its fingerprint
/// @param measuring as in its results; null in lines of earlier versions
/// @param bestPace of the machine, of which a tenth of the looks at it was better; null from few
///   looks
@Json
public record HistoryLine(
    Instant at,
    String machine,
    @Nullable String provider,
    String profile,
    @Nullable String measuring,
    @Nullable String commit,
    @Nullable Pace bestPace,
    Verdict verdict,
    List<Entry> benchmarks) {

  public HistoryLine {
    Objects.requireNonNull(at);
    Objects.requireNonNull(machine);
    benchmarks = List.copyOf(benchmarks);
  }

  /// One benchmark of it.
  ///
  /// @param seconds that it took, its preparation included
  /// @param figures in milliseconds by statistic; empty without a valid figure
  @Json
  public record Entry(String name, Verdict verdict, double seconds, Map<String, Double> figures) {

    public Entry {
      figures = Map.copyOf(figures);
    }
  }

  Optional<Entry> find(String benchmark) {
    return benchmarks.stream().filter(entry -> entry.name().equals(benchmark)).findFirst();
  }

  /// Whether figures of both may stand beside each other.
  boolean sameKind(Results run) {
    return machine.equals(run.machine().fingerprint())
        && profile.equals(run.profile())
        && Objects.equals(measuring, run.measuring())
        && Objects.equals(provider, run.provider());
  }

  /// Whether it is of the machine, provider, profile and way of measuring of the other.
  public boolean sameKind(HistoryLine other) {
    return machine.equals(other.machine)
        && profile.equals(other.profile)
        && Objects.equals(measuring, other.measuring)
        && Objects.equals(provider, other.provider);
  }

  /// Whether the code is known, and just that of the commit.
  boolean clean() {
    return commit != null && !commit.endsWith("-dirty");
  }
}
