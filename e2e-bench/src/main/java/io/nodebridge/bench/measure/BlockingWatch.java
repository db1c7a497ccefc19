package io.nodebridge.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/// Sees, by the JVM's flight recorder, where a thread waited for a millisecond or longer: parked,
/// asleep, for a monitor, for a socket or a file, or pinned to its carrier.
public final class BlockingWatch {
  private static final Duration THRESHOLD = Duration.ofMillis(1);
  private static final List<String> EVENTS =
      List.of(
          "jdk.ThreadPark",
          "jdk.ThreadSleep",
          "jdk.JavaMonitorEnter",
          "jdk.JavaMonitorWait",
          "jdk.SocketRead",
          "jdk.SocketWrite",
          "jdk.FileRead",
          "jdk.FileWrite",
          "jdk.VirtualThreadPinned");

  private BlockingWatch() {}

  /// Runs the work on a platform thread of its own, where the recorder sees each wait, and again on
  /// a virtual one, where it sees what holds the carrier; gives what blocked either.
  public static List<String> over(Runnable work) throws IOException, InterruptedException {
    String name = "under-watch-" + System.nanoTime();
    Path file = Files.createTempFile("blocking", ".jfr");
    try (Recording recording = new Recording()) {
      EVENTS.forEach(event -> recording.enable(event).withThreshold(THRESHOLD).withStackTrace());
      recording.start();
      Thread.ofPlatform().name(name).start(work).join();
      Thread.ofVirtual().name(name).start(work).join();
      recording.stop();
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(event -> name.equals(threadOf(event)))
          .map(event -> event.getEventType().getName() + " at " + top(event))
          .toList();
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static String threadOf(RecordedEvent event) {
    RecordedThread thread = event.getThread();
    return thread == null || thread.getJavaName() == null ? "" : thread.getJavaName();
  }

  private static String top(RecordedEvent event) {
    return event.getStackTrace() == null || event.getStackTrace().getFrames().isEmpty()
        ? "?"
        : event.getStackTrace().getFrames().getFirst().getMethod().getName();
  }
}
