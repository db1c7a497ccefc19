package io.nodebridge.bench.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.ObjectName;

/// The heap of a JVM of this machine.
public final class Heap {
  private final Histogram histogram;

  @FunctionalInterface
  private interface Histogram {
    String read() throws IOException, InterruptedException;
  }

  private Heap(Histogram histogram) {
    this.histogram = histogram;
  }

  /// The heap of this JVM, looked at at once.
  public static Heap ours() {
    return new Heap(Heap::ownHistogram);
  }

  /// The heap of a process, looked at half a second later: so long `jcmd` takes to start, and so
  /// long the buffers of the last requests need to be let go.
  public static Heap of(ProcessHandle process) {
    return new Heap(() -> histogramOf(process));
  }

  /// Collects, which takes some tens of milliseconds of that JVM's time, and tells what is left.
  public LiveObjects live() throws IOException, InterruptedException {
    return LiveObjects.of(histogram.read());
  }

  private static String ownHistogram() throws IOException {
    try {
      return (String)
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new IOException("no class histogram", e);
    }
  }

  private static String histogramOf(ProcessHandle process)
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
      String told = Files.readString(file);
      if (exit != 0) {
        throw new IOException("no class histogram of process " + process.pid() + ": " + told);
      }
      return told;
    } finally {
      Files.delete(file);
    }
  }
}
