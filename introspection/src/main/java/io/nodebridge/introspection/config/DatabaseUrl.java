package io.nodebridge.introspection.config;

import java.net.URI;

/// A Postgres address as JDBC wants it.
public record DatabaseUrl(String jdbcUrl, String user, String password) {

  /// Reads `postgres://user:password@host:port/database`.
  static DatabaseUrl parse(String value) {
    URI uri = URI.create(value);
    String userInfo = uri.getUserInfo();
    int colon = userInfo == null ? -1 : userInfo.indexOf(':');
    boolean postgres = "postgres".equals(uri.getScheme()) || "postgresql".equals(uri.getScheme());
    if (!postgres || userInfo == null || uri.getHost() == null || uri.getPath().length() < 2) {
      throw new IllegalArgumentException("not a postgres URL");
    }
    int port = uri.getPort() == -1 ? 5432 : uri.getPort();
    return new DatabaseUrl(
        "jdbc:postgresql://" + uri.getHost() + ":" + port + uri.getPath(),
        colon < 0 ? userInfo : userInfo.substring(0, colon),
        colon < 0 ? "" : userInfo.substring(colon + 1));
  }

  /// Without the password.
  @Override
  public String toString() {
    return jdbcUrl + " as " + user;
  }
}
