package io.nodebridge.bench.stack;

import org.jspecify.annotations.Nullable;

/// A stack that could not be started: which part, its last words, and where its log is.
public final class StackException extends RuntimeException {
  private static final long serialVersionUID = 1;

  StackException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
