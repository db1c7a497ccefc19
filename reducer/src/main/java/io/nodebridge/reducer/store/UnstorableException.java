package io.nodebridge.reducer.store;

import java.sql.SQLException;

/// Postgres refuses a value of the batch, or we fail on it, and would again. Nothing was written;
/// the entry to blame has to become a dead letter.
public final class UnstorableException extends Exception {
  private static final long serialVersionUID = 1;

  UnstorableException(SQLException cause) {
    super("Postgres refuses a value: " + cause.getMessage(), cause);
  }

  /// Our own fault in folding or binding.
  public UnstorableException(RuntimeException cause) {
    super("the reducer failed on it: " + cause, cause);
  }

  // No check is declared: it says that the table of a day is missing, which is not the value's
  // fault.
  private static final String CHECK_VIOLATION = "23514";

  /// Data exceptions, broken constraints and exceeded limits lie in the values; all else may pass.
  static boolean explains(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && !state.equals(CHECK_VIOLATION)
        && (state.startsWith("22") || state.startsWith("23") || state.startsWith("54"));
  }
}
