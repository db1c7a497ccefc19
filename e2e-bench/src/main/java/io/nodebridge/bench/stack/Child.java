package io.nodebridge.bench.stack;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A part of the stack as a child process. It ends when its standard input closes, which also
/// happens when this process is killed.
public final class Child implements AutoCloseable {
  // Longer than a service takes at most, which then says itself what did not close.
  private static final Duration STOP = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 50;
  // A terminal interrupts all that runs in it at once. Without their broker services would wait for
  // it until their limits, so the order in which the parts end is ours.
  private static final List<String> DEAF = List.of("sh", "-c", "trap '' INT; exec \"$0\" \"$@\"");

  private final String name;
  private final Process process;
  private final Path log;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /// Starts a process whose output goes to a log file of its name.
  public static Child start(
      String name, List<String> command, Map<String, String> environment, Path logs)
      throws IOException {
    Files.createDirectories(logs);
    Path log = logs.resolve(name + ".log");
    if (Files.exists(log)) {
      Files.move(log, logs.resolve(name + ".previous.log"), StandardCopyOption.REPLACE_EXISTING);
    }
    List<String> deaf = new ArrayList<>(DEAF);
    deaf.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(deaf).redirectErrorStream(true).redirectOutput(log.toFile());
    // What the rig's own environment says is not meant for its children.
    builder.environment().keySet().removeIf(key -> key.startsWith("NODEBRIDGE_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    return new Child(name, builder.start(), log);
  }

  /// Waits until `ready` gives true; an exception from it means "not yet".
  ///
  /// @throws StackException naming the part, its last lines and its log, if it ends or time is over
  void awaitReady(Callable<Boolean> ready, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    Exception last = null;
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw failure("ended with exit code " + process.exitValue() + " before it was ready", last);
      }
      try {
        if (ready.call()) {
          return;
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        last = e;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    throw failure("was not ready within " + limit.toSeconds() + " s", last);
  }

  /// Waits until the service at this address is ready.
  public void awaitServing(URI service, Duration limit) throws InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      awaitReady(() -> ReadyOrEnded.ready(http, service), limit);
    }
  }

  /// An address of this machine on which nobody listens yet.
  public static URI localUrl() {
    return localUrl(freePort());
  }

  static URI localUrl(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  static int freePort() {
    try (ServerSocket socket = Ports.listenSomewhere()) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new StackException("no free port", e);
    }
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /// Ends it as `kill -9` does.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Tells it to end (SIGTERM) and waits.
  ///
  /// @return its exit code
  int stop() throws InterruptedException {
    // Not the process itself: that would close its input as well, as if we were gone.
    process.toHandle().destroy();
    return process.waitFor();
  }

  /// Lets it end by itself; [#close] waits for that.
  void end() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      process.destroy();
    }
  }

  @Override
  public void close() {
    end();
    try {
      if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private StackException failure(String what, @Nullable Exception cause) {
    return new StackException(
        name + " " + what + "\n" + LastLines.of(log) + "\nthe whole log: " + log, cause);
  }
}
