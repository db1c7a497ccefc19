package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A shell that somebody types into.
final class Terminal implements AutoCloseable {
  private static final String END = "-- the end of what it shows --";

  private final Process shell;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private Terminal(Process shell) {
    this.shell = shell;
    Thread.ofVirtual().name("terminal").start(this::read);
  }

  /// One that runs a command until it is interrupted.
  static Terminal running(String command, Path folder, Map<String, String> environment)
      throws IOException {
    return start(List.of("bash", "-c", "exec " + command), folder, environment);
  }

  /// One that takes command after command.
  static Terminal idle(Path folder, Map<String, String> environment) throws IOException {
    return start(List.of("bash"), folder, environment);
  }

  // In a session of its own, so that it is interrupted as a whole, and whatever started the tests
  // may have had ignored.
  private static Terminal start(List<String> command, Path folder, Map<String, String> environment)
      throws IOException {
    List<String> whole = new ArrayList<>(List.of("setsid", "env", "--default-signal=INT"));
    whole.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(whole).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new Terminal(builder.start());
  }

  /// Types a command and waits for its end.
  ///
  /// @return what it has shown
  List<String> type(String command, Duration patience) throws IOException, InterruptedException {
    Writer keys = shell.outputWriter(StandardCharsets.UTF_8);
    keys.write(command + "\nprintf '\\n%s\\n' '" + END + "'\n");
    keys.flush();
    return until(END, patience);
  }

  /// What is shown up to the line that begins so.
  List<String> until(String line, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    List<String> shown = new ArrayList<>();
    while (true) {
      String next = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      assertThat(next).as("\"%s\" after %s", line, String.join("\n", shown)).isNotNull();
      if (next.startsWith(line)) {
        return shown;
      }
      shown.add(next);
    }
  }

  /// Ctrl-C.
  ///
  /// @return the exit code; null if it has not ended in time
  @Nullable Integer interrupt(Duration patience) throws IOException, InterruptedException {
    signal("INT");
    return shell.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS) ? shell.exitValue() : null;
  }

  ProcessHandle process() {
    return shell.toHandle();
  }

  @Override
  public void close() throws IOException {
    try {
      if (shell.isAlive()) {
        var _ = interrupt(PATIENCE);
      }
      // What a shell left in the background does not hear an interrupt.
      signal("KILL");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, "--", "-" + shell.pid()).start().waitFor();
  }

  private void read() {
    try (BufferedReader output = shell.inputReader(StandardCharsets.UTF_8)) {
      output.lines().forEach(lines::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
