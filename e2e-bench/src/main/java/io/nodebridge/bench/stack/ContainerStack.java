package io.nodebridge.bench.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/// Postgres, Kafka and each service in a container of its own, on this machine's engine.
///
/// What was started is removed by `close`, by the shutdown hook after Ctrl-C, and after a kill -9
/// by a small process that waits for our end.
final class ContainerStack implements Stack {
  private static final Duration START = Duration.ofSeconds(90);
  private static final String LABEL = "io.nodebridge.rig";
  private static final String KAFKA_INSIDE = "kafka:19092";
  private static final Map<String, Integer> PORTS =
      Map.of(
          "orchestrator",
          8080,
          "reducer",
          8081,
          "registry",
          8082,
          "stamping",
          8083,
          "insight",
          8084);
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Places places;
  // Whose containers they are can be told from outside by the process id.
  private final String run = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
  private final Network network;
  private final Process sweeper;
  private final KafkaContainer kafka;
  private final PostgreSQLContainer postgres;
  private final Deque<GenericContainer<?>> started = new ArrayDeque<>();
  private final Map<String, GenericContainer<?>> services = new HashMap<>();
  private final Thread atExit = new Thread(this::stopAll, "stop-stack");

  private ContainerStack(Places places) throws IOException, InterruptedException {
    this.places = places;
    this.network = Network.newNetwork();
    this.sweeper = Engine.removeAfterUs(LABEL + "=" + run, network.getId());
    this.kafka =
        part(
            "kafka",
            new KafkaContainer(image(Engine.KAFKA, "apache/kafka"))
                .withListener(KAFKA_INSIDE)
                .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                .withEnv("KAFKA_SOCKET_RECEIVE_BUFFER_BYTES", "-1")
                .withEnv("KAFKA_SOCKET_SEND_BUFFER_BYTES", "-1")
                .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"));
    this.postgres =
        part(
            "postgres",
            new PostgreSQLContainer(image(Engine.POSTGRES, "postgres"))
                // The library turns durability off for unit tests; a benchmark must have it.
                .withCommand("postgres", "-c", "fsync=on", "-c", "synchronous_commit=on"));
  }

  /// Starts all parts; if one fails, those already started are removed.
  static ContainerStack start(Places places, Map<String, String> overrides)
      throws IOException, InterruptedException {
    ContainerStack stack = new ContainerStack(places);
    Runtime.getRuntime().addShutdownHook(stack.atExit);
    try {
      stack.startAll(overrides);
      return stack;
    } catch (StackException | IOException | InterruptedException e) {
      stack.close();
      throw e;
    }
  }

  private void startAll(Map<String, String> overrides) throws IOException, InterruptedException {
    start("kafka and postgres", List.of(kafka, postgres));
    PostgresAddress inside =
        new PostgresAddress(
            "postgres",
            PostgreSQLContainer.POSTGRESQL_PORT,
            postgres.getDatabaseName(),
            postgres.getUsername(),
            postgres.getPassword());
    // The reducer's address on the host is part of each 202, so it has to be known before.
    URI anywhere = URI.create("http://reducer:" + PORTS.get("reducer"));
    ServiceSettings settings = new ServiceSettings(KAFKA_INSIDE, inside, anywhere);
    start(
        "services",
        List.of(
            service("stamping", settings, overrides),
            service("insight", settings, overrides),
            service("registry", settings, overrides),
            service("reducer", settings, overrides)));
    ServiceSettings known = new ServiceSettings(KAFKA_INSIDE, inside, reducer());
    start("services", List.of(service("orchestrator", known, overrides)));
    requireOneClock();
  }

  private GenericContainer<?> service(
      String name, ServiceSettings settings, Map<String, String> overrides) {
    int port = Objects.requireNonNull(PORTS.get(name));
    GenericContainer<?> container =
        part(name, new GenericContainer<>(DockerImageName.parse(Engine.imageOf(name))))
            .withEnv(settings.of(name, overrides))
            .withEnv("NODEBRIDGE_ADVERTISED_URL", "http://" + name + ":" + port)
            .withExposedPorts(port)
            .waitingFor(new ReadyOrEnded(port, START, name.equals("orchestrator")));
    services.put(name, container);
    return container;
  }

  private <C extends GenericContainer<?>> C part(String name, C container) {
    Path log = places.log(name + ".log");
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    container
        .withNetwork(network)
        .withNetworkAliases(name)
        .withLabel(LABEL, run)
        // An image that is not here is a mistake of the build, not something to pull.
        .withImagePullPolicy(_ -> false)
        .withLogConsumer(line -> append(log, line.getUtf8String()));
    started.push(container);
    return container;
  }

  private static DockerImageName image(String official, String compatible)
      throws InterruptedException {
    String here = Engine.localNameOf(official);
    if (here == null) {
      throw new StackException("the image " + official + " is not here", null);
    }
    return DockerImageName.parse(here).asCompatibleSubstituteFor(compatible);
  }

  private void start(String what, List<? extends GenericContainer<?>> parts) {
    try {
      Startables.deepStart(parts).join();
    } catch (CompletionException | ContainerLaunchException e) {
      throw new StackException(what + " did not start: " + lastWords(parts), e);
    }
  }

  // The part that is not running is the one that failed.
  private String lastWords(List<? extends GenericContainer<?>> parts) {
    StringBuilder words = new StringBuilder();
    for (GenericContainer<?> part : parts) {
      if (!part.isRunning()) {
        String name = part.getNetworkAliases().getLast();
        Path log = places.log(name + ".log");
        words.append(name).append('\n').append(LastLines.of(log)).append("\nthe whole log: ");
        words.append(log).append('\n');
      }
    }
    return words.toString();
  }

  // The hops of a request are differences between moments of several processes.
  private void requireOneClock() throws IOException, InterruptedException {
    String ours = Files.readString(BOOT_ID).strip();
    String theirs = Engine.run("docker", "exec", idOf("orchestrator"), "cat", BOOT_ID.toString());
    if (!ours.equals(theirs)) {
      throw new StackException(
          "the containers run on another kernel than the rig: their clocks cannot be compared."
              + " Use an engine on this machine, or -Dstack=embedded",
          null);
    }
  }

  @Override
  public List<ProcessHandle> processes() {
    return started.stream()
        .map(part -> Objects.requireNonNull(part.getCurrentContainerInfo().getState().getPidLong()))
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .toList();
  }

  @Override
  public String provider() {
    return "containers";
  }

  @Override
  public String kafka() {
    return kafka.getBootstrapServers();
  }

  @Override
  public PostgresAddress postgres() {
    return new PostgresAddress(
        postgres.getHost(),
        postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
        postgres.getDatabaseName(),
        postgres.getUsername(),
        postgres.getPassword());
  }

  @Override
  public URI orchestrator() {
    return address("orchestrator");
  }

  @Override
  public URI reducer() {
    return address("reducer");
  }

  @Override
  public URI registry() {
    return address("registry");
  }

  @Override
  public void pause(String service) throws IOException, InterruptedException {
    Engine.run("docker", "pause", idOf(service));
  }

  @Override
  public void resume(String service) throws IOException, InterruptedException {
    Engine.run("docker", "unpause", idOf(service));
  }

  private String idOf(String service) {
    return Objects.requireNonNull(services.get(service), service).getContainerId();
  }

  private URI address(String name) {
    GenericContainer<?> container = Objects.requireNonNull(services.get(name));
    return URI.create("http://" + container.getHost() + ":" + container.getFirstMappedPort());
  }

  @Override
  public void close() {
    stopAll();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is going down already, and the hook has nothing left to stop.
    }
  }

  private synchronized void stopAll() {
    while (!started.isEmpty()) {
      started.pop().stop();
    }
    network.close();
    try {
      sweeper.getOutputStream().close();
      sweeper.waitFor(30, TimeUnit.SECONDS);
    } catch (IOException e) {
      sweeper.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void append(Path log, String line) {
    try {
      Files.writeString(log, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
