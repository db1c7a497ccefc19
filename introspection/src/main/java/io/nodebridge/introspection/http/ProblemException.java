package io.nodebridge.introspection.http;

import org.jspecify.annotations.Nullable;

/// Ends a request with a problem instead of an answer.
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;
  private final @Nullable Integer retryAfterSeconds;

  public ProblemException(Problem problem) {
    this(problem, null);
  }

  /// For 429 and 503: when a new try makes sense.
  public ProblemException(Problem problem, @Nullable Integer retryAfterSeconds) {
    super(problem.detail());
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  public Problem problem() {
    return problem;
  }

  @Nullable Integer retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
