package io.nodebridge.introspection.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Binds one array a column, in the order of the statement's parameters.
///
/// The arrays are of the driver's own binary kinds, so that neither side writes or reads array
/// literals: that took a third of a batch of the reducer, a fifth of the registry. Uuids and
/// documents go as text and are cast in the statement.
public final class Columns {
  // An even number of backslashes before it are escaped themselves; an odd one would belong to it.
  private static final Pattern ESCAPED_NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

  private final Connection connection;
  private final PreparedStatement statement;
  private int index;

  public Columns(Connection connection, PreparedStatement statement) {
    this.connection = connection;
    this.statement = statement;
  }

  /// One value for all rows.
  public void value(Object value) throws SQLException {
    statement.setObject(++index, value);
  }

  public <T> void ints(Collection<T> rows, Function<? super T, @Nullable Integer> part)
      throws SQLException {
    column("int4", rows, part, Integer[]::new);
  }

  public <T> void longs(Collection<T> rows, Function<? super T, @Nullable Long> part)
      throws SQLException {
    column("int8", rows, part, Long[]::new);
  }

  /// Postgres keeps no NUL in text; each becomes U+FFFD.
  public <T> void texts(Collection<T> rows, Function<? super T, @Nullable String> part)
      throws SQLException {
    column("text", rows, part.andThen(Columns::withoutNul), String[]::new);
  }

  /// Documents, as UTF-8; a reader of them would refuse an escaped NUL, and each becomes U+FFFD.
  public <T> void documents(Collection<T> rows, Function<? super T, byte @Nullable []> part)
      throws SQLException {
    column("text", rows, part.andThen(Columns::withoutEscapedNul), String[]::new);
  }

  public <T> void bytes(Collection<T> rows, Function<? super T, byte @Nullable []> part)
      throws SQLException {
    column("bytea", rows, part, byte[][]::new);
  }

  private <T, V> void column(
      String type,
      Collection<T> rows,
      Function<? super T, ? extends @Nullable V> part,
      IntFunction<@Nullable V[]> array)
      throws SQLException {
    @Nullable V[] values = array.apply(rows.size());
    int row = 0;
    for (T each : rows) {
      values[row++] = part.apply(each);
    }
    statement.setArray(++index, connection.createArrayOf(type, values));
  }

  private static @Nullable String withoutNul(@Nullable String text) {
    return text == null ? null : text.replace('\0', '\ufffd');
  }

  private static @Nullable String withoutEscapedNul(byte @Nullable [] utf8) {
    if (utf8 == null) {
      return null;
    }
    String json = new String(utf8, StandardCharsets.UTF_8);
    // Hardly ever there, and looking for it with the pattern took half of the time of a batch.
    return json.contains("\\u0000") ? ESCAPED_NUL.matcher(json).replaceAll("$1\ufffd") : json;
  }
}
