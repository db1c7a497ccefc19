package io.nodebridge.reducer.store;

import io.avaje.jsonb.Json;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.reducer.fold.LogBuckets;
import io.nodebridge.reducer.fold.WindowKey;
import io.nodebridge.reducer.fold.WindowSums;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/// A window as a row of `window_aggregate`.
public record StoredWindow(WindowKey key, int partition, WindowSums sums) {
  private static final JsonCodec<ContentTypes> CONTENT_TYPES = JsonCodec.of(ContentTypes.class);

  /// Counts by content type as a JSON document.
  @Json
  record ContentTypes(Map<String, Long> counts) {}

  byte[] contentTypes() {
    return CONTENT_TYPES.encode(new ContentTypes(sums.byContentType()));
  }

  /// The sums of the row that the cursor is on.
  public static WindowSums read(ResultSet row) throws SQLException {
    return WindowSums.of(
        row.getLong("completed"),
        row.getLong("failed"),
        row.getLong("bytes"),
        new long[] {
          row.getLong("up_to_1_mib"),
          row.getLong("up_to_10_mib"),
          row.getLong("up_to_100_mib"),
          row.getLong("above_100_mib")
        },
        CONTENT_TYPES
            .decode(row.getString("content_types").getBytes(StandardCharsets.UTF_8))
            .counts(),
        row.getLong("stamps"),
        new long[] {
          row.getLong("processing_micros_sum"),
          row.getLong("processing_micros_min"),
          row.getLong("processing_micros_max")
        },
        LogBuckets.decode(row.getBytes("durations")));
  }
}
