package io.nodebridge.bench.benchmark;

import java.util.Arrays;
import java.util.Locale;

/// How much is measured. `QUICK` is for each build, `SOAK` for a night.
public enum Profile {
  QUICK(2_000, 5_000, 200, 5, 50_000),
  STANDARD(6_000, 6_000, 1_000, 10, 300_000),
  FULL(20_000, 6_000, 3_000, 20, 1_000_000),
  SOAK(100_000, 6_000, 10_000, 20, 1_000_000);

  private final int pipelineRequests;
  private final int warmUpRequests;
  private final int singleRequests;
  private final int microIterations;
  private final int backlog;

  Profile(
      int pipelineRequests,
      int warmUpRequests,
      int singleRequests,
      int microIterations,
      int backlog) {
    this.pipelineRequests = pipelineRequests;
    this.warmUpRequests = warmUpRequests;
    this.singleRequests = singleRequests;
    this.microIterations = microIterations;
    this.backlog = backlog;
  }

  /// By `-Dbench.profile`.
  static Profile fromSystemProperties() {
    String name = System.getProperty("bench.profile", "quick");
    return Arrays.stream(values())
        .filter(profile -> profile.word().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "-Dbench.profile is \"" + name + "\": must be quick, standard, full or soak"));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  int pipelineRequests() {
    return pipelineRequests;
  }

  /// How long an open loop of events runs.
  int seconds() {
    return pipelineRequests / 400;
  }

  int warmUpRequests() {
    return warmUpRequests;
  }

  int singleRequests() {
    return singleRequests;
  }

  int microIterations() {
    return microIterations;
  }

  int backlog() {
    return backlog;
  }

  /// Beats of one node.
  int beats() {
    return 10 * singleRequests;
  }

  /// Rounds after which a heap is looked at.
  int heapRounds() {
    return 2 * microIterations + 2;
  }
}
