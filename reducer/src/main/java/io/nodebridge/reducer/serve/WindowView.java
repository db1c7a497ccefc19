package io.nodebridge.reducer.serve;

import io.avaje.jsonb.Json;
import io.nodebridge.reducer.fold.WindowSums;
import java.time.Instant;
import java.util.Map;

/// One window of a namespace, over all partitions. Percentiles of the processing times are within 2
/// %.
///
/// @param perSecond workflows that ended, over the window's 5 s
@Json
record WindowView(
    Instant start,
    long completed,
    long failed,
    long bytes,
    Map<String, Long> sizes,
    Map<String, Long> contentTypes,
    long stamps,
    double perSecond,
    long processingMicrosMin,
    long processingMicrosMax,
    double processingMicrosMean,
    double processingMicrosP50,
    double processingMicrosP95,
    double processingMicrosP99) {

  private static final double SECONDS = 5;

  static WindowView of(Instant start, WindowSums sums) {
    long ended = sums.completed() + sums.failed();
    long[] sizes = sums.bySize();
    return new WindowView(
        start,
        sums.completed(),
        sums.failed(),
        sums.bytes(),
        Map.of(
            "upTo1MiB", sizes[0],
            "upTo10MiB", sizes[1],
            "upTo100MiB", sizes[2],
            "above100MiB", sizes[3]),
        sums.byContentType(),
        sums.stamps(),
        ended / SECONDS,
        sums.microsMin(),
        sums.microsMax(),
        (double) sums.microsSum() / ended,
        sums.micros().quantile(0.5),
        sums.micros().quantile(0.95),
        sums.micros().quantile(0.99));
  }
}
