package io.nodebridge.bench.stack;

import static org.apache.kafka.common.config.TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.introspection.config.ConfigurationException;
import io.nodebridge.introspection.config.DatabaseUrl;
import io.nodebridge.introspection.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/// A stack that others started and that goes on without us.
final class ExternalStack implements Stack {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Map<String, String> PATIENT =
      Map.of(
          "default.api.timeout.ms", "" + PATIENCE.toMillis(),
          "request.timeout.ms", "" + PATIENCE.toMillis());
  private static final String OK = "200";
  private static final String READY = "/health/ready";
  // Behind the end of a feed, so that it is answered at once.
  private static final long END = Long.MAX_VALUE;

  private final Addresses addresses;
  private final PostgresAddress postgres;

  private ExternalStack(Addresses addresses, PostgresAddress postgres) {
    this.addresses = addresses;
    this.postgres = postgres;
  }

  /// The stack at these addresses, after each part has answered as what it must be and keeps what
  /// it acknowledges.
  ///
  /// @param environment has `DATABASE_URL` or `DATABASE_URL_FILE`
  /// @throws IllegalArgumentException naming the address, what is wrong there and what to do
  static ExternalStack at(Addresses addresses, Map<String, String> environment)
      throws InterruptedException {
    ExternalStack stack = new ExternalStack(addresses, database(environment));
    stack.requireParts();
    stack.requireDurable();
    return stack;
  }

  private static PostgresAddress database(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    DatabaseUrl database = settings.database();
    try {
      settings.check();
    } catch (ConfigurationException e) {
      throw new IllegalArgumentException(
          "-Dstack=external reads the database from the environment: " + e.getMessage(), e);
    }
    return PostgresAddress.of(database);
  }

  private void requireParts() throws InterruptedException {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      String start = "start it, or give another address";
      require(http, "orchestrator-url", orchestrator(), READY, start);
      require(http, "reducer-url", reducer(), READY, start);
      require(http, "registry-url", registry(), READY, start);
      require(http, "registry-url", registry(), "/v1/nodes", "this is no registry");
      String measure = "this is none, or does not measure: start it with NODEBRIDGE_MEASURE=true";
      require(http, "orchestrator-url", orchestrator(), "/internal/acks?after=" + END, measure);
      require(http, "reducer-url", reducer(), "/internal/commits?after=" + END, measure);
      if (!routes(http)) {
        throw new IllegalArgumentException(
            "orchestrator-url is \"%s\": it knows no worker for %s; start them"
                .formatted(orchestrator(), String.join(" or ", ReadyOrEnded.CAPABILITIES)));
      }
    }
  }

  private boolean routes(HttpClient http) throws InterruptedException {
    try {
      return ReadyOrEnded.routes(http, orchestrator());
    } catch (IOException e) {
      return false;
    }
  }

  private static void require(
      HttpClient http, String option, URI service, String path, String advice)
      throws InterruptedException {
    String answer = status(http, service.resolve(path));
    if (!answer.equals(OK)) {
      throw new IllegalArgumentException(
          "%s is \"%s\": %s answers %s, must be %s; %s"
              .formatted(option, service, path, answer, OK, advice));
    }
  }

  private static String status(HttpClient http, URI url) throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(url).timeout(PATIENCE).build();
      return "" + http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException | IllegalArgumentException e) {
      return "nothing (" + e + ")";
    }
  }

  private void requireDurable() throws InterruptedException {
    try {
      postgres.requireDurable();
    } catch (SQLException | IllegalStateException e) {
      throw new IllegalArgumentException(
          "DATABASE_URL, %s:%d: %s".formatted(postgres.host(), postgres.port(), e.getMessage()), e);
    }
    try (Admin admin = new KafkaClients(kafka(), PATIENT).admin("bench-external")) {
      List<String> names = Arrays.stream(Topic.values()).map(Topic::topicName).toList();
      List<ConfigResource> topics =
          names.stream().map(n -> new ConfigResource(ConfigResource.Type.TOPIC, n)).toList();
      int brokers = admin.describeCluster().nodes().get().size();
      Map<String, TopicDescription> described = admin.describeTopics(names).allTopicNames().get();
      Map<ConfigResource, Config> settings = admin.describeConfigs(topics).all().get();
      for (ConfigResource topic : topics) {
        Config config = Objects.requireNonNull(settings.get(topic));
        TopicDescription description = Objects.requireNonNull(described.get(topic.name()));
        String problem =
            losing(
                brokers,
                description.partitions().getFirst().replicas().size(),
                Integer.parseInt(config.get(MIN_IN_SYNC_REPLICAS_CONFIG).value()),
                config.get(UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG).value().equals("true"));
        if (problem != null) {
          throw new IllegalArgumentException(
              "kafka is \"%s\": topic %s %s".formatted(kafka(), topic.name(), problem));
        }
      }
    } catch (ExecutionException | KafkaException e) {
      throw new IllegalArgumentException(
          "kafka is \"%s\": %s; must be the broker of these services"
              .formatted(kafka(), e.getCause() == null ? e : e.getCause()),
          e);
    }
  }

  /// Why a topic may lose what was acknowledged while its brokers' disks live; null if it cannot.
  static @Nullable String losing(int brokers, int replicas, int inSync, boolean unclean) {
    if (unclean) {
      return "has unclean.leader.election.enable = true, must be false";
    }
    if (brokers > 1 && (replicas < 2 || inSync < 2)) {
      return "on %d brokers has %d replicas and min.insync.replicas = %d, both must be 2 or more"
          .formatted(brokers, replicas, inSync);
    }
    return null;
  }

  @Override
  public String provider() {
    return "external";
  }

  @Override
  public String kafka() {
    return addresses.kafka();
  }

  @Override
  public PostgresAddress postgres() {
    return postgres;
  }

  @Override
  public URI orchestrator() {
    return addresses.orchestrator();
  }

  @Override
  public URI reducer() {
    return addresses.reducer();
  }

  @Override
  public URI registry() {
    return addresses.registry();
  }

  /// None that are known.
  @Override
  public List<ProcessHandle> processes() {
    return List.of();
  }

  @Override
  public void pause(String service) {
    throw new UnsupportedOperationException(service + " was started by others");
  }

  @Override
  public void resume(String service) {
    throw new UnsupportedOperationException(service + " was started by others");
  }

  /// It goes on.
  @Override
  public void close() {}
}
