package io.nodebridge.bench.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the container engine of this machine has, asked through its command line: Testcontainers
/// would pull, retry for minutes, and start helpers of its own before it says no.
final class Engine {
  static final String KAFKA = "apache/kafka:4.4.0";
  static final String POSTGRES = "postgres:18";
  static final List<String> SERVICES =
      List.of("stamping", "insight", "reducer", "orchestrator", "registry");

  // What docker/offline/build.sh puts before the official names.
  private static final String OFFLINE = "offline/";

  private Engine() {}

  static String imageOf(String service) {
    return "localhost/nodebridge/" + service + ":dev";
  }

  /// The name under which an official image is here: its own, or that of the one built offline.
  static @Nullable String localNameOf(String official) throws InterruptedException {
    if (here(official)) {
      return official;
    }
    return here(OFFLINE + official) ? OFFLINE + official : null;
  }

  /// Why containers cannot be had; null if they can.
  static @Nullable String missing() throws InterruptedException {
    try {
      run("docker", "version");
    } catch (IOException e) {
      String said = String.valueOf(e.getMessage()).strip();
      return "no container engine answers: " + said.substring(said.lastIndexOf('\n') + 1);
    }
    List<String> absent = new ArrayList<>();
    for (String service : SERVICES) {
      if (!here(imageOf(service))) {
        absent.add(imageOf(service));
      }
    }
    for (String official : List.of(KAFKA, POSTGRES)) {
      if (localNameOf(official) == null) {
        absent.add(official);
      }
    }
    return absent.isEmpty()
        ? null
        : "images are missing: " + absent + "; docker/README.md says how to build or pull them";
  }

  private static boolean here(String image) throws InterruptedException {
    return succeeds("docker", "image", "inspect", image);
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // no such command
    }
  }

  /// Starts a process that outlives a kill -9 of this one just long enough to remove every
  /// container with the label and then their network: its standard input closes when we are gone.
  static Process removeAfterUs(String label, String network) throws IOException {
    String script =
        """
        trap '' INT TERM HUP
        cat >/dev/null
        docker ps -aq --filter "label=$1" | xargs -r docker rm -fv
        docker network rm "$2"
        """;
    return new ProcessBuilder("sh", "-c", script, "remove-after-us", label, network)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /// Runs a command to its end.
  ///
  /// @return what it printed
  /// @throws IOException with what it printed, if it failed
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + output);
    }
    return output.strip();
  }
}
