package io.nodebridge.systemtests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A worker that answers a call when the test says so, with how often it was made; the content's
/// text names the call.
final class GatedWorker implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> released = new ConcurrentHashMap<>();

  GatedWorker() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// How often the call was made.
  int calls(String text) {
    AtomicInteger count = calls.get(text);
    return count == null ? 0 : count.get();
  }

  /// Lets the call, and its repeats, be answered.
  void release(String text) {
    gate(text).complete(null);
  }

  private CompletableFuture<Void> gate(String text) {
    return released.computeIfAbsent(text, _ -> new CompletableFuture<>());
  }

  private void answer(HttpExchange exchange) throws IOException {
    String call = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String text = call.replaceAll("(?s).*\"text\":\"([^\"]*)\".*", "$1");
    int number = calls.computeIfAbsent(text, _ -> new AtomicInteger()).incrementAndGet();
    gate(text).join();
    byte[] result = "{\"result\":{\"call\":%d}}".formatted(number).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, result.length);
    exchange.getResponseBody().write(result);
    exchange.close();
  }

  @Override
  public void close() {
    released.values().forEach(gate -> gate.complete(null));
    server.stop(0);
    threads.shutdownNow();
  }
}
