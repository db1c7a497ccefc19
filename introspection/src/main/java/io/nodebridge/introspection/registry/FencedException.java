package io.nodebridge.introspection.registry;

/// Another registry claimed since.
final class FencedException extends Exception {
  private static final long serialVersionUID = 1;

  FencedException(long generation) {
    super("generation " + generation + " leads no more");
  }
}
