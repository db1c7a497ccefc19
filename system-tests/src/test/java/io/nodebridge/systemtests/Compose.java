package io.nodebridge.systemtests;

import io.nodebridge.bench.stack.Ports;
import io.nodebridge.bench.stack.PostgresAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// `docker compose` in the project's root, under a name, volumes and ports of its own.
final class Compose {
  private static final String PROJECT = "nodebridge-compose-it";
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Path root;
  private final List<String> command;
  private final Ports ports = Ports.free();

  private Compose(Path root, List<String> command) {
    this.root = root;
    this.command = command;
  }

  /// With files beside the shipped one.
  static Compose in(Path root, Path... more) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    // Debian has the first version only.
    command.addAll(
        run(root, Map.of(), List.of("docker", "compose", "version")).code() == 0
            ? List.of("docker", "compose")
            : List.of("docker-compose"));
    command.addAll(List.of("-p", PROJECT, "-f", "compose.yaml"));
    for (Path file : more) {
      command.addAll(List.of("-f", file.toString()));
    }
    return new Compose(root, command);
  }

  /// Runs `docker compose` with these arguments to its end.
  ///
  /// @return what it printed
  /// @throws IllegalStateException with what it printed, if it failed
  String run(String... arguments) throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of(arguments));
    return required(whole);
  }

  /// SIGKILL to a service's container; the engine does not start it again.
  void kill(String service) throws IOException, InterruptedException {
    required(List.of("docker", "kill", container(service)));
  }

  /// Starts a service's container again.
  void start(String service) throws IOException, InterruptedException {
    required(List.of("docker", "start", container(service)));
  }

  /// Whether a service's health check succeeds.
  boolean healthy(String service) throws IOException, InterruptedException {
    return required(
            List.of("docker", "inspect", "-f", "{{.State.Health.Status}}", container(service)))
        .equals("healthy");
  }

  private String container(String service) throws IOException, InterruptedException {
    return required(
        List.of(
            "docker",
            "ps",
            "-aq",
            "--filter",
            "label=com.docker.compose.project=" + PROJECT,
            "--filter",
            "label=com.docker.compose.service=" + service));
  }

  /// Where the orchestrator is reached from here.
  URI orchestrator() {
    return URI.create("http://127.0.0.1:" + ports.orchestrator());
  }

  String kafka() {
    return "127.0.0.1:" + ports.kafka();
  }

  PostgresAddress postgres() {
    return new PostgresAddress(
        "127.0.0.1", ports.postgres(), "nodebridge", "nodebridge", "local-only");
  }

  private String required(List<String> line) throws IOException, InterruptedException {
    Map<String, String> environment =
        Map.of(
            "NODEBRIDGE_MEASURE", "true",
            "ORCHESTRATOR_PORT", "" + ports.orchestrator(),
            "REDUCER_PORT", "" + ports.reducer(),
            "REGISTRY_PORT", "" + ports.registry(),
            "STAMPING_PORT", "" + ports.stamping(),
            "INSIGHT_PORT", "" + ports.insight(),
            "KAFKA_PORT", "" + ports.kafka(),
            "POSTGRES_PORT", "" + ports.postgres());
    Ended ended = run(root, environment, line);
    if (ended.code() != 0) {
      throw new IllegalStateException(
          String.join(" ", line) + " ended with " + ended.code() + ": " + ended.output());
    }
    return ended.output();
  }

  private record Ended(int code, String output) {}

  private static Ended run(Path root, Map<String, String> environment, List<String> line)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(line).directory(root.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    Future<?> _ =
        process
            .onExit()
            .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
            .whenComplete(
                (_, late) -> {
                  if (late != null) {
                    // Compose is a child of docker where it is a plug-in.
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                  }
                });
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output.strip());
  }
}
