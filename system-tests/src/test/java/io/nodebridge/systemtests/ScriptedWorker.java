package io.nodebridge.systemtests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.NodeHealth;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.node.Node;
import io.nodebridge.introspection.node.NodeIdentity;
import io.nodebridge.introspection.node.Vitals;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A node that answers step calls as it is told, and remembers them.
final class ScriptedWorker implements AutoCloseable {
  static final int CUT = 0;

  private static final String DONE = "{\"result\":{\"done\":true}}";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Node node;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Queue<Answer> once = new ConcurrentLinkedQueue<>();
  private volatile Answer otherwise = Answer.done();

  /// A call as it came.
  record Call(long nanos, String key, String body) {}

  /// @param status [#CUT] cuts the connection
  /// @param retryAfter seconds; negative says none
  record Answer(int status, int retryAfter) {
    static Answer done() {
      return new Answer(200, -1);
    }
  }

  /// Is announced as soon as it exists.
  ScriptedWorker(String kafka, String id, String capability) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/steps/" + capability, this::handle);
    server.start();
    String api = "http://127.0.0.1:" + server.getAddress().getPort();
    node =
        Node.start(
            NodeIdentity.ofThisProcess(
                id,
                "scripted",
                NodeType.COMPUTE,
                List.of(capability),
                new Endpoints(null, api, null)),
            new KafkaClients(kafka, Map.of()),
            Duration.ofSeconds(1),
            new Vitals(
                () -> NodeHealth.HEALTHY,
                () -> 0,
                () -> new Heartbeat.Resources(1, 2, 3, 4, false)));
  }

  /// From now on.
  void answers(Answer always) {
    otherwise = always;
  }

  /// The next call.
  void answersOnce(Answer next) {
    once.add(next);
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Answer next = once.poll();
    Answer now = next == null ? otherwise : next;
    calls.add(
        new Call(
            System.nanoTime(),
            exchange.getRequestHeaders().getFirst("Idempotency-Key"),
            new String(body, StandardCharsets.UTF_8)));
    try (exchange) {
      if (now.status() != CUT) {
        byte[] bytes = (now.status() == 200 ? DONE : "no").getBytes(StandardCharsets.UTF_8);
        if (now.retryAfter() >= 0) {
          exchange.getResponseHeaders().set("Retry-After", "" + now.retryAfter());
        }
        exchange.sendResponseHeaders(now.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  @Override
  public void close() {
    node.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
