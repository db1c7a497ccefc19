package io.nodebridge.introspection.config;

import java.net.URI;
import java.util.regex.Pattern;

/// A Postgres address as JDBC wants it.
public record DatabaseUrl(String jdbcUrl, String user, String password) {

  // The rest of what the driver takes belongs to the services.
  private static final Pattern TLS_PARAMETERS =
      Pattern.compile("ssl[a-z]*=[^&]+(&ssl[a-z]*=[^&]+)*");

  /// Reads `postgres://user:password@host:port/database`, behind it `?sslmode=…` and its like.
  static DatabaseUrl parse(String value) {
    URI uri = URI.create(value);
    String userInfo = uri.getUserInfo();
    int colon = userInfo == null ? -1 : userInfo.indexOf(':');
    boolean postgres = "postgres".equals(uri.getScheme()) || "postgresql".equals(uri.getScheme());
    if (!postgres || userInfo == null || uri.getHost() == null || uri.getPath().length() < 2) {
      throw new IllegalArgumentException("not a postgres URL");
    }
    String query = uri.getQuery();
    if (query != null && !TLS_PARAMETERS.matcher(query).matches()) {
      throw new IllegalArgumentException("not a TLS parameter");
    }
    int port = uri.getPort() == -1 ? 5432 : uri.getPort();
    return new DatabaseUrl(
        "jdbc:postgresql://"
            + uri.getHost()
            + ":"
            + port
            + uri.getPath()
            + (query == null ? "" : "?" + query),
        colon < 0 ? userInfo : userInfo.substring(0, colon),
        colon < 0 ? "" : userInfo.substring(colon + 1));
  }

  /// Without the password.
  @Override
  public String toString() {
    return jdbcUrl + " as " + user;
  }
}
