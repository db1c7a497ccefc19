package io.nodebridge.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What lives on a JVM's heap after a full collection.
public final class Heap {
  private static final double MEGABYTE = 1 << 20;
  // Total, instances, bytes
  private static final Pattern TOTAL = Pattern.compile("Total +\\d+ +(\\d+) *");

  private Heap() {}

  /// Collects in that process, which takes some tens of milliseconds of its time.
  ///
  /// @return megabytes
  public static double liveMegabytes(ProcessHandle process)
      throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    // Into a file: a JVM that asks itself stands still until all is written, and reads no pipe.
    Path file = Files.createTempFile("histogram", ".txt");
    try {
      Process histogram =
          new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.class_histogram")
              .redirectErrorStream(true)
              .redirectOutput(file.toFile())
              .start();
      int exit = histogram.waitFor();
      List<String> lines = Files.readAllLines(file);
      Matcher total = TOTAL.matcher(lines.isEmpty() ? "" : lines.getLast());
      if (exit != 0 || !total.matches()) {
        throw new IOException("no class histogram of process " + process.pid() + ": " + lines);
      }
      return Long.parseLong(total.group(1)) / MEGABYTE;
    } finally {
      Files.delete(file);
    }
  }
}
