package io.nodebridge.bench.stack;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/// Postgres, Kafka and each service as a child process of this JVM; needs no container engine.
final class EmbeddedStack implements BreakableStack {
  private static final Duration START = Duration.ofSeconds(60);
  private static final String BROKER = "kafka";

  private final Places places;
  private final Path data;
  private final Map<String, String> brokerEnvironment = new HashMap<>();
  private final Deque<Child> children = new ArrayDeque<>();
  private final Deque<Child> stores = new ArrayDeque<>();
  private final Thread atExit = new Thread(this::stopAll, "stop-stack");

  private final Ports ports;
  private final int controllerPort = Child.freePort();
  private final PostgresAddress postgres;
  private final URI orchestrator;
  private final URI reducer;
  private final URI registry;

  private @Nullable Child broker;
  private final Map<String, Service> services = new LinkedHashMap<>();

  private EmbeddedStack(Places places, Ports ports, Map<String, String> overrides)
      throws IOException {
    this.places = places;
    this.ports = ports;
    this.postgres =
        new PostgresAddress("127.0.0.1", ports.postgres(), "postgres", "postgres", "postgres");
    this.orchestrator = Child.localUrl(ports.orchestrator());
    this.reducer = Child.localUrl(ports.reducer());
    this.registry = Child.localUrl(ports.registry());
    String options = overrides.get(Places.JAVA_OPTS);
    if (options != null) {
      brokerEnvironment.put(Places.JAVA_OPTS, options);
    }
    services.put("stamping", worker("stamping", ports.stamping()));
    services.put("insight", worker("insight", ports.insight()));
    services.put("reducer", new Service("reducer", "reducer", "reducer", reducer));
    services.put(
        "orchestrator", new Service("orchestrator", "orchestrator", "orchestrator", orchestrator));
    services.put("registry", new Service("introspection", "registry", "registry", registry));
    Files.createDirectories(places.work());
    this.data = Files.createTempDirectory(places.work(), "stack-");
  }

  private Service worker(String name, int port) {
    return new Service("workers", name, name, Child.localUrl(port));
  }

  /// Starts all parts on ports that are free.
  static EmbeddedStack start(Places places, Map<String, String> overrides)
      throws IOException, InterruptedException {
    return start(places, Ports.free(), overrides);
  }

  /// Starts all parts; if one fails, those already started are stopped.
  static EmbeddedStack start(Places places, Ports ports, Map<String, String> overrides)
      throws IOException, InterruptedException {
    EmbeddedStack stack = new EmbeddedStack(places, ports, overrides);
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
    Child database =
        ownStore(
            Child.start(
                "postgres",
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    PostgresMain.class.getName(),
                    places.postgres().toString(),
                    data.resolve("postgres").toString(),
                    Integer.toString(postgres.port())),
                Map.of(),
                places.logs()));
    Child kafka = startBroker();
    database.awaitReady(this::postgresAnswers, START);
    kafka.awaitReady(this::kafkaAnswers, START);
    for (Service service : services.values()) {
      service.start(overrides);
    }
    for (Service service : services.values()) {
      service.awaitReady();
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      child("orchestrator").awaitReady(() -> ReadyOrEnded.routes(http, orchestrator), START);
    }
  }

  private Child startBroker() throws IOException {
    String script = places.app("e2e-bench/broker", BROKER);
    Child child =
        ownStore(
            Child.start(
                BROKER,
                List.of(
                    script,
                    data.resolve(BROKER).toString(),
                    Integer.toString(ports.kafka()),
                    Integer.toString(controllerPort)),
                places.withArchive(script, brokerEnvironment),
                places.logs()));
    broker = child;
    return child;
  }

  private Child child(String part) {
    return part.equals(BROKER) ? Objects.requireNonNull(broker, part) : service(part).child();
  }

  /// A service's process, and how to start it again.
  private final class Service {
    private final String module;
    private final String program;
    private final String name;
    private final URI url;
    private Map<String, String> overrides = Map.of();
    private @Nullable Child child;

    Service(String module, String program, String name, URI url) {
      this.module = module;
      this.program = program;
      this.name = name;
      this.url = url;
    }

    void start(Map<String, String> settings) throws IOException {
      overrides = settings;
      Map<String, String> environment =
          new HashMap<>(new ServiceSettings(kafka(), postgres, reducer).of(name, overrides));
      environment.put("HTTP_PORT", Integer.toString(url.getPort()));
      environment.put("NODEBRIDGE_EXIT_WITH_PARENT", "true");
      String script = places.app(module, program);
      child =
          own(
              Child.start(
                  name, List.of(script), places.withCache(script, environment), places.logs()));
    }

    void awaitReady() throws InterruptedException {
      child().awaitServing(url, START);
    }

    Child child() {
      return Objects.requireNonNull(child, name);
    }
  }

  private Service service(String part) {
    Service service = services.get(part);
    if (service == null) {
      throw new IllegalArgumentException(part + " is none of " + services.keySet());
    }
    return service;
  }

  @Override
  public void kill(String part) throws InterruptedException {
    child(part).kill();
  }

  @Override
  public void restart(String part) throws IOException, InterruptedException {
    if (part.equals(BROKER)) {
      startBroker().awaitReady(this::kafkaAnswers, START);
      return;
    }
    Service service = service(part);
    service.start(service.overrides);
    service.awaitReady();
  }

  @Override
  public URI replica(String service, String name, Map<String, String> overrides)
      throws IOException {
    Service model = service(service);
    Service replica = new Service(model.module, model.program, name, Child.localUrl());
    services.put(name, replica);
    Map<String, String> settings = new HashMap<>(model.overrides);
    settings.putAll(overrides);
    replica.start(settings);
    return replica.url;
  }

  @Override
  public int stop(String part) throws InterruptedException {
    return child(part).stop();
  }

  @Override
  public void pause(String service) throws IOException, InterruptedException {
    signal(service, "STOP");
  }

  @Override
  public void resume(String service) throws IOException, InterruptedException {
    signal(service, "CONT");
  }

  private void signal(String part, String name) throws IOException, InterruptedException {
    String pid = Long.toString(process(part).pid());
    if (new ProcessBuilder("kill", "-" + name, pid).start().waitFor() != 0) {
      throw new StackException("kill -" + name + " " + pid + " (" + part + ") failed", null);
    }
  }

  @Override
  public ProcessHandle process(String part) {
    return child(part).handle();
  }

  @Override
  public List<ProcessHandle> processes() {
    return Stream.concat(
            Stream.concat(stores.stream(), children.stream()).map(Child::handle),
            postmaster().stream())
        .toList();
  }

  // Its launcher leaves it, so it is nobody's child.
  private Optional<ProcessHandle> postmaster() {
    try {
      List<String> lines = Files.readAllLines(data.resolve("postgres/postmaster.pid"));
      return ProcessHandle.of(Long.parseLong(lines.getFirst()));
    } catch (IOException e) {
      return Optional.empty(); // not started yet, or stopped
    }
  }

  @Override
  public String provider() {
    return "embedded";
  }

  @Override
  public String kafka() {
    return "127.0.0.1:" + ports.kafka();
  }

  @Override
  public PostgresAddress postgres() {
    return postgres;
  }

  @Override
  public URI orchestrator() {
    return orchestrator;
  }

  @Override
  public URI reducer() {
    return reducer;
  }

  @Override
  public URI registry() {
    return registry;
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
    // Services first, whatever was started last: one without its broker would wait for it until
    // the limit.
    children.forEach(Child::end);
    close(children);
    close(stores);
    try (Stream<Path> files = Files.exists(data) ? Files.walk(data) : Stream.empty()) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      System.err.println("could not clear " + data + ": " + e);
    }
  }

  private static void close(Deque<Child> children) {
    while (!children.isEmpty()) {
      children.pop().close();
    }
  }

  private Child own(Child child) {
    children.push(child);
    return child;
  }

  // What services need to their end.
  private Child ownStore(Child child) {
    stores.push(child);
    return child;
  }

  private boolean postgresAnswers() throws Exception {
    try (Connection connection = postgres.connect()) {
      return connection.isValid(1);
    }
  }

  private boolean kafkaAnswers() throws Exception {
    if (!portOpen(ports.kafka())) {
      return false;
    }
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                kafka(),
                "default.api.timeout.ms",
                2_000,
                "request.timeout.ms",
                1_000))) {
      return !admin.describeCluster().nodes().get().isEmpty();
    }
  }

  private static boolean portOpen(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
