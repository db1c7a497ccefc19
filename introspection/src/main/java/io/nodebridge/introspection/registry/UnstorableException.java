package io.nodebridge.introspection.registry;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Postgres refuses a value, or we fail on it, and would again. Nothing was written; whoever is to
/// blame has to be set aside.
final class UnstorableException extends SQLException {
  private static final long serialVersionUID = 1;

  UnstorableException(Exception cause) {
    super("it cannot be stored: " + cause.getMessage(), cause);
  }

  /// Data exceptions, broken constraints and exceeded limits lie in the values; all else may pass.
  static boolean explains(SQLException e) {
    @Nullable String state = e.getSQLState();
    return state != null
        && (state.startsWith("22") || state.startsWith("23") || state.startsWith("54"));
  }
}
