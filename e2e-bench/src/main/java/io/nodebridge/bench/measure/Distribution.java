package io.nodebridge.bench.measure;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.HdrHistogram.DoubleHistogram;
import org.HdrHistogram.DoubleHistogramIterationValue;

/// All samples of a benchmark in milliseconds, to three digits, as text in the results.
public final class Distribution {
  private static final int DIGITS = 3;

  private Distribution() {}

  static DoubleHistogram of(double[] samplesMs) {
    DoubleHistogram histogram = new DoubleHistogram(DIGITS);
    for (double sample : samplesMs) {
      histogram.recordValue(sample);
    }
    return histogram;
  }

  /// HdrHistogram's compressed form, in Base64.
  public static String encode(double[] samplesMs) {
    DoubleHistogram histogram = of(samplesMs);
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer, Deflater.BEST_COMPRESSION);
    byte[] bytes = new byte[length];
    buffer.get(0, bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /// How many samples lie in each of so many stretches, equal on a logarithmic scale, from the
  /// least to the most; 0 and below count in the first.
  public static double[] stretches(DoubleHistogram samples, int count) {
    double least = Math.max(samples.getMinNonZeroValue(), Double.MIN_NORMAL);
    double span = Math.log(samples.getMaxValue() / least);
    double[] counts = new double[count];
    for (DoubleHistogramIterationValue at : samples.recordedValues()) {
      double share = span > 0 ? Math.log(at.getValueIteratedTo() / least) / span : 0;
      int stretch = Math.clamp((long) (share * count), 0, count - 1);
      counts[stretch] += at.getCountAtValueIteratedTo();
    }
    return counts;
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
