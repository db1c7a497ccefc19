package io.nodebridge.bench.benchmark;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/// How much is measured, from little to much. `QUICK` is for each build, `SOAK` for a night.
public enum Profile {
  QUICK(2_000, 200, 1, 50_000),
  STANDARD(6_000, 1_000, 2, 300_000),
  FULL(20_000, 3_000, 4, 1_000_000),
  SOAK(100_000, 10_000, 4, 1_000_000);

  private final int pipelineRequests;
  private final int singleRequests;
  private final int roundsFactor;
  private final int backlog;

  Profile(int pipelineRequests, int singleRequests, int roundsFactor, int backlog) {
    this.pipelineRequests = pipelineRequests;
    this.singleRequests = singleRequests;
    this.roundsFactor = roundsFactor;
    this.backlog = backlog;
  }

  /// By its word.
  static Profile named(String word) {
    return Arrays.stream(values())
        .filter(profile -> profile.word().equals(word))
        .findFirst()
        .orElseThrow();
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  int pipelineRequests() {
    return pipelineRequests;
  }

  /// How long a fresh stack is warmed up at most.
  Duration warmUp() {
    return Duration.ofSeconds(this == QUICK ? 40 : 60);
  }

  /// How long an open loop of events runs.
  int seconds() {
    return pipelineRequests / 400;
  }

  /// How long a closed loop runs: first until its JVMs are compiled, then in slices that take turns
  /// with its floor's.
  record Slices(Duration warmUp, int rounds, Duration each) {}

  Slices slices() {
    return this == QUICK
        ? new Slices(Duration.ofSeconds(8), 3, Duration.ofSeconds(3))
        : new Slices(Duration.ofSeconds(15), 5, Duration.ofSeconds(4));
  }

  int singleRequests() {
    return singleRequests;
  }

  /// How many times the rounds that the options say.
  int roundsFactor() {
    return roundsFactor;
  }

  /// JVMs of a microbenchmark: between two of them a figure moves more than within one.
  int forks() {
    return this == QUICK ? 1 : 5;
  }

  /// Of one iteration of a microbenchmark.
  int microMillis() {
    return this == QUICK ? 200 : 700;
  }

  int backlog() {
    return backlog;
  }

  /// Beats of one node.
  int beats() {
    return 10 * singleRequests;
  }
}
