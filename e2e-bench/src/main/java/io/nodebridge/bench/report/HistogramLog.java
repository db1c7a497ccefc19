package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Distribution;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.DoubleHistogram;
import org.HdrHistogram.HistogramLogWriter;

/// A benchmark's samples as an HdrHistogram log, which other tools read: one interval, in
/// milliseconds. It tells no time of day, because the results do not.
final class HistogramLog {
  private HistogramLog() {}

  /// @param histogram as the results have it
  static String of(String name, String histogram) {
    DoubleHistogram samples = Distribution.decode(histogram);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    HistogramLogWriter log =
        new HistogramLogWriter(new PrintStream(bytes, false, StandardCharsets.UTF_8));
    log.outputComment("[" + name + ", ms]");
    log.outputLogFormatVersion();
    log.outputLegend();
    samples.setStartTimeStamp(0);
    samples.setEndTimeStamp(0);
    log.outputIntervalHistogram(samples);
    log.close();
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
