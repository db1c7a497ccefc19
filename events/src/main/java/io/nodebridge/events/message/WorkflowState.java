package io.nodebridge.events.message;

/// PENDING → PROCESSING | FAILED; PROCESSING → COMPLETED | FAILED.
public enum WorkflowState {
  PENDING,
  PROCESSING,
  COMPLETED,
  FAILED;

  public boolean terminal() {
    return switch (this) {
      case PENDING, PROCESSING -> false;
      case COMPLETED, FAILED -> true;
    };
  }
}
