package io.nodebridge.bench.measure;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import javax.management.JMException;
import javax.management.ObjectName;

/// The heap of a JVM of this machine. Another process is asked as `jcmd` asks it, over one
/// attachment: a `jcmd` for each look would start a JVM of its own, which takes longer than the
/// collection.
public final class Heap implements AutoCloseable {
  private final Histogram histogram;
  private final Closing closing;

  @FunctionalInterface
  private interface Histogram {
    String read() throws IOException;
  }

  @FunctionalInterface
  private interface Closing {
    void close() throws IOException;
  }

  private Heap(Histogram histogram, Closing closing) {
    this.histogram = histogram;
    this.closing = closing;
  }

  /// The heap of this JVM.
  public static Heap ours() {
    return new Heap(Heap::ownHistogram, () -> {});
  }

  /// The heap of another process.
  ///
  /// @throws IOException if it is no JVM, or lets nobody attach
  public static Heap of(ProcessHandle process) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
      return new Heap(() -> histogramOf(machine), machine::detach);
    } catch (AttachNotSupportedException e) {
      throw new IOException("cannot attach to process " + process.pid(), e);
    }
  }

  /// Collects, which takes some tens of milliseconds of that JVM's time, and tells what is left.
  public LiveObjects live() throws IOException {
    return LiveObjects.of(histogram.read());
  }

  // Attaching to oneself is not allowed.
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

  // What jcmd calls is public in a package that is not exported: JVMs that call it are started with
  // --add-exports jdk.attach/sun.tools.attach=ALL-UNNAMED. Management over RMI is no way: the
  // services refuse whatever is serialized.
  private static String histogramOf(VirtualMachine machine) throws IOException {
    try {
      Method command = machine.getClass().getMethod("executeJCmd", String.class);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (InputStream answer = (InputStream) command.invoke(machine, "GC.class_histogram")) {
        // This stream reads beyond the end of an array that has fewer than 128 bytes of room left,
        // which readAllBytes runs into.
        answer.transferTo(bytes);
      }
      return bytes.toString(StandardCharsets.UTF_8);
    } catch (ReflectiveOperationException e) {
      throw new IOException("no class histogram", e);
    }
  }

  @Override
  public void close() throws IOException {
    closing.close();
  }
}
