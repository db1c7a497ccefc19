package io.nodebridge.orchestrator.decide;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A workflow's steps and what they need of each other. Sets of steps are bit masks over the steps'
/// order, so a move costs no look-up by name.
public final class Definition {
  /// As many as a mask has bits.
  public static final int MAX_STEPS = 64;

  private final String name;
  private final int version;
  private final String hash;
  private final Duration timeout;
  private final List<Step> steps;
  private final Map<String, Integer> indexes = new HashMap<>();
  private final long[] needs;
  private final long[] remoteBefore;

  /// @param hash of the text that it was read from: a running workflow keeps to it
  /// @param timeout of the whole workflow
  /// @param steps in an order in which each stands behind what it needs
  /// @throws IllegalArgumentException if that is not so
  public Definition(String name, int version, String hash, Duration timeout, List<Step> steps) {
    if (steps.isEmpty() || steps.size() > MAX_STEPS) {
      throw new IllegalArgumentException(
          "definition %s has %d steps: must be 1 to %d".formatted(name, steps.size(), MAX_STEPS));
    }
    this.name = name;
    this.version = version;
    this.hash = hash;
    this.timeout = timeout;
    this.steps = List.copyOf(steps);
    this.needs = new long[steps.size()];
    this.remoteBefore = new long[steps.size()];
    for (int i = 0; i < steps.size(); i++) {
      for (String need : steps.get(i).needs()) {
        Integer needed = indexes.get(need);
        if (needed == null) {
          throw new IllegalArgumentException(
              "step %s needs %s, which does not stand before it"
                  .formatted(steps.get(i).name(), need));
        }
        needs[i] |= 1L << needed;
        remoteBefore[i] |= remoteBefore[needed];
        remoteBefore[i] |= steps.get(needed).remote() ? 1L << needed : 0;
      }
      indexes.put(steps.get(i).name(), i);
    }
  }

  public String name() {
    return name;
  }

  public int version() {
    return version;
  }

  public String hash() {
    return hash;
  }

  public Duration timeout() {
    return timeout;
  }

  public List<Step> steps() {
    return steps;
  }

  /// Whether every step runs in the orchestrator's own process.
  public boolean local() {
    return steps.stream().noneMatch(Step::remote);
  }

  /// The step's bit.
  ///
  /// @throws IllegalArgumentException if there is no such step
  public long maskOf(String step) {
    Integer index = indexes.get(step);
    if (index == null) {
      throw new IllegalArgumentException(
          "definition %s version %d has no step %s".formatted(name, version, step));
    }
    return 1L << index;
  }

  /// The step of the lowest bit.
  Step step(long mask) {
    return steps.get(Long.numberOfTrailingZeros(mask));
  }

  /// The remote steps, however far back, that a step stands behind.
  public long remoteBefore(Step step) {
    return remoteBefore[Long.numberOfTrailingZeros(maskOf(step.name()))];
  }

  long all() {
    return -1L >>> (MAX_STEPS - steps.size());
  }

  /// The mask of the steps, not begun yet, whose needs have ended.
  long ready(long begun, long ended) {
    long ready = 0;
    for (int i = 0; i < needs.length; i++) {
      if ((begun >>> i & 1) == 0 && (needs[i] & ~ended) == 0) {
        ready |= 1L << i;
      }
    }
    return ready;
  }

  @Override
  public String toString() {
    return name + " version " + version;
  }
}
