package io.nodebridge.bench.measure;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.HdrHistogram.DoubleHistogram;

/// All samples of a benchmark in milliseconds, to three digits, as text in the results.
public final class Distribution {
  private static final int DIGITS = 3;

  private Distribution() {}

  /// HdrHistogram's compressed form, in Base64.
  public static String encode(double[] samplesMs) {
    DoubleHistogram histogram = new DoubleHistogram(DIGITS);
    for (double sample : samplesMs) {
      histogram.recordValue(sample);
    }
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer, Deflater.BEST_COMPRESSION);
    byte[] bytes = new byte[length];
    buffer.get(0, bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /// Reads it back.
  ///
  /// @throws IllegalArgumentException if it is none
  public static DoubleHistogram decode(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      return DoubleHistogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(bytes), 0);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("no histogram: " + e.getMessage(), e);
    }
  }
}
