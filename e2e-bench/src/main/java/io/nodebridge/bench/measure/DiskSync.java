package io.nodebridge.bench.measure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.commons.statistics.descriptive.Median;

/// What it takes until a disk has what was written.
public final class DiskSync {
  private static final int TIMES = 50;
  private static final int BYTES = 4096;

  private DiskSync() {}

  /// The median of 50 appends of 4 KB, each flushed (fdatasync), in milliseconds.
  public static double medianMillis(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "sync", "");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      double[] millis = new double[TIMES];
      for (int i = 0; i < TIMES; i++) {
        long begin = System.nanoTime();
        channel.write(ByteBuffer.allocate(BYTES));
        channel.force(false);
        millis[i] = (System.nanoTime() - begin) / 1e6;
      }
      return Median.withDefaults().evaluate(millis);
    } finally {
      Files.delete(file);
    }
  }
}
