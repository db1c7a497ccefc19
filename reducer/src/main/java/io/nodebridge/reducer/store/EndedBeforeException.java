package io.nodebridge.reducer.store;

import java.sql.SQLException;

/// A batch counted a workflow's end that its row has known before. Nothing was written: ask which
/// (`BatchStore.ended`), fold again, write again.
public final class EndedBeforeException extends Exception {
  static final String SQL_STATE = "NB001";
  private static final long serialVersionUID = 1;

  EndedBeforeException(SQLException cause) {
    super(cause.getMessage(), cause);
  }
}
