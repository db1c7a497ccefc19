package io.nodebridge.bench.bare;

import io.nodebridge.bench.stack.Child;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.kafka.KafkaClients;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The bare front and the bare sink as child processes, on a stack's broker and database.
///
/// @param run names its topics
public record BarePipeline(String run, Child front, URI frontUrl, Child sink, URI sinkUrl)
    implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  /// Starts both with the same JVM settings as the services have.
  public static BarePipeline start(Stack stack, Places places)
      throws IOException, InterruptedException {
    BareTopics topics = new BareTopics(UUID.randomUUID().toString().substring(0, 8));
    topics.create(new KafkaClients(stack.kafka(), Map.of()));
    URI frontUrl = Child.localUrl();
    URI sinkUrl = Child.localUrl();
    Child sink = child("bare-sink", BareSink.class, topics.run(), sinkUrl, stack, places);
    Child front = child("bare-front", BareFront.class, topics.run(), frontUrl, stack, places);
    BarePipeline pipeline = new BarePipeline(topics.run(), front, frontUrl, sink, sinkUrl);
    try {
      sink.awaitServing(sinkUrl, START);
      front.awaitServing(frontUrl, START);
      return pipeline;
    } catch (RuntimeException | InterruptedException e) {
      pipeline.close();
      throw e;
    }
  }

  /// The topic that its front reads.
  public String requestTopic() {
    return new BareTopics(run).requests();
  }

  /// Both topics.
  public List<String> topics() {
    return new BareTopics(run).names();
  }

  public List<ProcessHandle> processes() {
    return List.of(front.handle(), sink.handle());
  }

  @Override
  public void close() {
    front.close();
    sink.close();
  }

  private static Child child(
      String name, Class<?> main, String run, URI url, Stack stack, Places places)
      throws IOException {
    return Child.start(
        name,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx192m",
            "-XX:MetaspaceSize=96m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            run),
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS",
            stack.kafka(),
            "DATABASE_URL",
            stack.postgres().url(),
            "HTTP_PORT",
            Integer.toString(url.getPort()),
            "NODEBRIDGE_EXIT_WITH_PARENT",
            "true"),
        places.logs());
  }
}
