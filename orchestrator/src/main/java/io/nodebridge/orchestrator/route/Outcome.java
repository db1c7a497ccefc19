package io.nodebridge.orchestrator.route;

/// What a call says about the instance that was asked.
public enum Outcome {
  /// It works, whatever it answered: a refusal (4xx) is an answer.
  ANSWERED,
  /// The connection broke, the time ran out, or it answered 5xx.
  FAILED,
  /// It has too much to do (408, 429), or we gave up: neither good nor bad.
  UNSAID
}
