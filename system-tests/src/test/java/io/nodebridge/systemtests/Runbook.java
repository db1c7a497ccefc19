package io.nodebridge.systemtests;

import io.nodebridge.bench.stack.PostgresAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/// The statements of `docs/operations.md`, run as a person would with `psql`.
final class Runbook {
  private static final String BEGIN = "```sql\n";

  private final String document;

  private Runbook(String document) {
    this.document = document;
  }

  static Runbook read() throws IOException {
    Path root = Path.of(System.getProperty("nodebridge.root"));
    return new Runbook(Files.readString(root.resolve("docs/operations.md")));
  }

  /// Runs the first statement below a heading.
  ///
  /// @param variables as `\set` would give them
  /// @return how many rows it changed
  int run(PostgresAddress postgres, String heading, Map<String, ?> variables) throws SQLException {
    String sql = statement(heading);
    for (Map.Entry<String, ?> variable : variables.entrySet()) {
      sql =
          sql.replace(":'" + variable.getKey() + "'", "'" + variable.getValue() + "'")
              .replace(":" + variable.getKey(), variable.getValue().toString());
    }
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  private String statement(String heading) {
    int section = document.indexOf("### " + heading + "\n");
    int begin = document.indexOf(BEGIN, section) + BEGIN.length();
    int end = document.indexOf("```", begin);
    if (section < 0 || begin < BEGIN.length() || end < 0) {
      throw new IllegalArgumentException("docs/operations.md has no statement below " + heading);
    }
    return document.substring(begin, end);
  }
}
