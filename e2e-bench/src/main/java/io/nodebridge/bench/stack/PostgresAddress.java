package io.nodebridge.bench.stack;

import io.nodebridge.introspection.config.DatabaseUrl;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Set;

/// Where the database is.
public record PostgresAddress(
    String host, int port, String database, String user, String password) {
  private static final Set<String> DURABLE = Set.of("on", "remote_apply");
  // Services may have roles of their own.
  private static final String EXCEPTIONS =
      "SELECT one FROM pg_db_role_setting, unnest(setconfig) one"
          + " WHERE one ~ '^synchronous_commit=' AND one !~ '=(on|remote_apply)$'";

  /// Read from what services take; what stands behind `?` stays with the name of the database.
  static PostgresAddress of(DatabaseUrl url) {
    URI address = URI.create(url.jdbcUrl().replaceFirst("^jdbc:", ""));
    String query = address.getQuery();
    return new PostgresAddress(
        address.getHost(),
        address.getPort(),
        address.getPath().substring(1) + (query == null ? "" : "?" + query),
        url.user(),
        url.password());
  }

  /// As services take it.
  public String url() {
    return "postgres://" + user + ":" + password + "@" + host + ":" + port + "/" + database;
  }

  /// As the reducer's own classes take it.
  public DatabaseUrl databaseUrl() {
    return new DatabaseUrl(
        "jdbc:postgresql://" + host + ":" + port + "/" + database, user, password);
  }

  /// A new connection with automatic commits.
  public Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "2");
    return DriverManager.getConnection(
        "jdbc:postgresql://" + host + ":" + port + "/" + database, properties);
  }

  /// Latency without durability is a lie: refuses a database that does not write through.
  ///
  /// @throws IllegalStateException naming the setting that is off
  public void requireDurable() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
        try (ResultSet row = statement.executeQuery("SHOW " + setting)) {
          row.next();
          if (!DURABLE.contains(row.getString(1))) {
            throw new IllegalStateException(
                "Postgres has " + setting + " = " + row.getString(1) + ", must be on");
          }
        }
      }
      try (ResultSet row = statement.executeQuery(EXCEPTIONS)) {
        if (row.next()) {
          throw new IllegalStateException(
              "Postgres has "
                  + row.getString(1)
                  + " for a role or database, must be on for all: ALTER ROLE or DATABASE … RESET");
        }
      }
    }
  }
}
