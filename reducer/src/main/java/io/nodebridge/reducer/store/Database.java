package io.nodebridge.reducer.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.nodebridge.introspection.config.DatabaseUrl;
import org.flywaydb.core.Flyway;

/// Opens the reducer's database: its schema by Flyway, and bounded pools of the least rights.
public final class Database {
  static final String SCHEMA = "reducer";

  // A paused process must not hold locks for ever: the server ends its session after 5 s.
  private static final String SESSION_LIMITS =
      "-c statement_timeout=5000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=5000";
  private static final int SOCKET_TIMEOUT_SECONDS = 10;

  private Database() {}

  /// Brings the schema to this version; waits for another process that does the same.
  public static void migrate(DatabaseUrl url) {
    Flyway.configure()
        .dataSource(url.jdbcUrl(), url.user(), url.password())
        .schemas(SCHEMA)
        .locations("classpath:db/reducer")
        .load()
        .migrate();
  }

  /// A pool of sessions that may write what the reducer writes.
  public static HikariDataSource writes(DatabaseUrl url, int size) {
    return pool(url, "write", "nodebridge_reducer", size);
  }

  /// A pool of sessions that may only look.
  public static HikariDataSource reads(DatabaseUrl url, int size) {
    return pool(url, "read", "nodebridge_reader", size);
  }

  // The role's rights are the session's, also where the login is the owner.
  private static HikariDataSource pool(DatabaseUrl url, String purpose, String role, int size) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("reducer-" + purpose);
    config.setJdbcUrl(url.jdbcUrl());
    config.setUsername(url.user());
    config.setPassword(url.password());
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(2_000);
    config.setInitializationFailTimeout(-1);
    config.addDataSourceProperty("ApplicationName", "nodebridge-reducer-" + purpose);
    config.addDataSourceProperty("currentSchema", SCHEMA);
    config.addDataSourceProperty("options", SESSION_LIMITS + " -c role=" + role);
    config.addDataSourceProperty("socketTimeout", SOCKET_TIMEOUT_SECONDS);
    config.addDataSourceProperty("prepareThreshold", 1);
    return new HikariDataSource(config);
  }
}
