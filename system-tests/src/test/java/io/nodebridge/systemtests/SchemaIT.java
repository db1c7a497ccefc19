package io.nodebridge.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nodebridge.bench.stack.PostgresAddress;
import io.nodebridge.bench.stack.Stack;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SchemaIT {
  private static final Path DOCUMENT = Path.of("../docs/schema.md");
  private static final String REFUSED = "permission denied";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static Stack stack;

  @BeforeAll
  static void start() throws Exception {
    stack = TestStacks.chosen();
  }

  private static final String COLUMNS =
      """
      SELECT format('%s.%s %s %s', n.nspname, c.relname, a.attname,
        format_type(a.atttypid, a.atttypmod)
          || CASE WHEN a.attnotnull OR c.relkind = 'v' THEN '' ELSE ', null' END)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname IN ('reducer', 'registry') AND c.relkind IN ('r', 'p', 'v')
        AND NOT c.relispartition AND c.relname <> 'flyway_schema_history'
        AND a.attnum > 0 AND NOT a.attisdropped
      """;

  @Test
  void theDocumentNamesEachColumnWithItsType() throws Exception {
    List<String> told = new ArrayList<>();
    String table = "";
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (line.startsWith("#")) {
        table = line.replaceAll("[#` ]", "");
      } else if (line.startsWith("| `") && table.contains(".")) {
        String[] cells = cells(line);
        assertThat(cells[2]).as("meaning of " + cells[0]).isNotBlank();
        told.add(table + " " + cells[0] + " " + cells[1]);
      }
    }

    assertThat(told).containsExactlyInAnyOrderElementsOf(lines(COLUMNS));
  }

  private static final String RIGHTS =
      """
      SELECT format('%s %s.%s %s', grantee, table_schema, table_name,
        string_agg(privilege_type, ', ' ORDER BY privilege_type))
      FROM information_schema.role_table_grants
      WHERE grantee IN ('nodebridge_reducer', 'nodebridge_registry', 'nodebridge_reader', 'PUBLIC')
        AND table_schema IN ('reducer', 'registry')
      GROUP BY grantee, table_schema, table_name
      """;

  @Test
  void theDocumentNamesEachRight() throws Exception {
    List<String> told =
        Files.readAllLines(DOCUMENT).stream()
            .filter(line -> line.startsWith("| `nodebridge_"))
            .map(line -> String.join(" ", cells(line)).strip())
            .toList();

    assertThat(told).containsExactlyInAnyOrderElementsOf(lines(RIGHTS));
  }

  @Test
  void aRoleMayDoNoMoreThanItsWork() throws Exception {
    for (String statement :
        List.of(
            "DELETE FROM reducer.workflow",
            "TRUNCATE reducer.workflow",
            "UPDATE reducer.late_event SET part = 0",
            "DELETE FROM reducer.dead_letter",
            "SELECT FROM registry.node",
            "CREATE TABLE reducer.more (id int)",
            "DROP TABLE reducer.late_event")) {
      refused("nodebridge_reducer", statement);
    }
    refused("nodebridge_reader", "INSERT INTO reducer.late_event SELECT FROM reducer.late_event");
    refused("nodebridge_reader", "SELECT reducer.make_days()");
    refused("nodebridge_registry", "UPDATE registry.dead_letter SET part = 0");
    refused("nodebridge_registry", "SELECT FROM reducer.workflow");
  }

  // The login of these stacks owns everything; that a right can be taken from the services shows
  // that
  // they do not use it.
  @Test
  void theServicesWorkUnderTheirRolesAndNotAsTheOwner() throws Exception {
    URI list = stack.reducer().resolve("/v1/workflows");
    execute("REVOKE SELECT ON reducer.workflow FROM nodebridge_reader");
    assertThat(status(HttpRequest.newBuilder(list))).isEqualTo(503);
    execute("GRANT SELECT ON reducer.workflow TO nodebridge_reader");
    assertThat(status(HttpRequest.newBuilder(list))).isEqualTo(200);

    execute("REVOKE INSERT ON reducer.workflow FROM nodebridge_reducer");
    HttpResponse<Void> accepted =
        send(
            HttpRequest.newBuilder(stack.orchestrator().resolve("/v1/workflows"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"content\":{\"text\":\"x\"}}")));
    URI read = URI.create(accepted.headers().firstValue("Location").orElseThrow());
    assertThat(status(HttpRequest.newBuilder(read).header("Prefer", "wait=2"))).isEqualTo(404);
    execute("GRANT INSERT ON reducer.workflow TO nodebridge_reducer");
    assertThat(status(HttpRequest.newBuilder(read).header("Prefer", "wait=10"))).isEqualTo(200);
  }

  @Test
  void theComingWeekHasItsTables() throws Exception {
    assertThat(
            lines(
                """
                SELECT inhrelid::regclass::text FROM pg_inherits
                WHERE inhparent = 'reducer.late_event'::regclass
                """))
        .hasSizeGreaterThanOrEqualTo(8);
    // Whoever calls it again makes nothing twice.
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE nodebridge_reducer");
      statement.execute("SELECT reducer.make_days()");
      assertThatThrownBy(() -> statement.execute("DROP TABLE reducer.late_event"))
          .isInstanceOf(SQLException.class);
    }
  }

  private static void refused(String role, String sql) throws SQLException {
    PostgresAddress postgres = stack.postgres();
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE " + role);
      assertThatThrownBy(() -> statement.execute(sql))
          .as(role + ": " + sql)
          .isInstanceOf(SQLException.class)
          .message()
          .containsAnyOf(REFUSED, "must be owner");
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int status(HttpRequest.Builder request) throws Exception {
    return send(request).statusCode();
  }

  private static HttpResponse<Void> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.discarding());
  }

  private static String[] cells(String line) {
    return line.substring(1).replace("`", "").strip().split("\\s*\\|\\s*", -1);
  }

  private static List<String> lines(String query) throws SQLException {
    try (Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      List<String> lines = new ArrayList<>();
      while (row.next()) {
        lines.add(row.getString(1));
      }
      return lines;
    }
  }
}
