package io.nodebridge.bench.stack;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/// Where each part of a stack listens on this machine.
public record Ports(
    int orchestrator,
    int reducer,
    int registry,
    int stamping,
    int insight,
    int kafka,
    int postgres) {

  private static final int FIRST = 10_240;
  private static final int END = 32_000;
  private static final int ATTEMPTS = 100;

  /// Nobody listens on them yet.
  public static Ports free() {
    // All are held until the last is found, so that none is given twice.
    Deque<ServerSocket> held = new ArrayDeque<>();
    try {
      return new Ports(
          hold(held), hold(held), hold(held), hold(held), hold(held), hold(held), hold(held));
    } catch (IOException e) {
      throw new StackException("no free port", e);
    } finally {
      held.forEach(Ports::close);
    }
  }

  private static int hold(Deque<ServerSocket> held) throws IOException {
    held.push(listenSomewhere());
    return held.element().getLocalPort();
  }

  /// Listens on a port that nothing else is given: systems take those of outgoing connections from
  /// 32,768 on, and one of them could have it before the server that it is meant for.
  static ServerSocket listenSomewhere() throws IOException {
    BindException last = new BindException();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
      } catch (BindException e) {
        last = e;
      }
    }
    throw last;
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new StackException("port %d is not given back".formatted(socket.getLocalPort()), e);
    }
  }

  /// The same each time, and the same as in compose.
  public static Ports fixed() {
    return new Ports(8080, 8081, 8082, 8083, 8084, 9092, 5432);
  }

  /// Refuses ports on which somebody listens.
  ///
  /// @throws IllegalArgumentException naming each of them, and whose it should be
  public void requireFree() {
    String taken =
        byPart().entrySet().stream()
            .filter(part -> taken(part.getValue()))
            .map(part -> part.getValue() + " (" + part.getKey() + ")")
            .collect(Collectors.joining(", "));
    if (!taken.isEmpty()) {
      throw new IllegalArgumentException(
          "these ports of 127.0.0.1 are in use: "
              + taken
              + "; end what listens there, which may be docker compose or another ./bench up, or"
              + " take --free-ports");
    }
  }

  private Map<String, Integer> byPart() {
    Map<String, Integer> byPart = new LinkedHashMap<>();
    byPart.put("orchestrator", orchestrator);
    byPart.put("reducer", reducer);
    byPart.put("registry", registry);
    byPart.put("stamping", stamping);
    byPart.put("insight", insight);
    byPart.put("Kafka", kafka);
    byPart.put("Postgres", postgres);
    return byPart;
  }

  private static boolean taken(int port) {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
