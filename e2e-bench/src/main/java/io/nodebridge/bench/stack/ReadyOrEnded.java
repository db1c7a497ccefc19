package io.nodebridge.bench.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/// Waits until a service in a container is ready. The library's own wait looks at the port alone,
/// and so waits to its limit for a process that ended at once.
final class ReadyOrEnded extends AbstractWaitStrategy {
  private static final long LOOK_MILLIS = 100;

  // What the shipped definitions call.
  static final List<String> CAPABILITIES = List.of("content.hash", "content.insight");

  private final int port;
  private final boolean routing;
  private final HttpClient http = HttpClient.newHttpClient();

  /// @param routing whether it is an orchestrator, which has to know workers as well
  ReadyOrEnded(int port, Duration limit, boolean routing) {
    this.port = port;
    this.routing = routing;
    withStartupTimeout(limit);
  }

  /// Whether a service says that it is ready.
  static boolean ready(HttpClient http, URI service) throws IOException, InterruptedException {
    return get(http, service.resolve("/health/ready")).statusCode() == 200;
  }

  /// Whether an orchestrator has somebody to ask for each step of the shipped definitions. That is
  /// no part of its readiness, since a request can wait for a worker; a measured one must not.
  static boolean routes(HttpClient http, URI orchestrator)
      throws IOException, InterruptedException {
    String meters = get(http, orchestrator.resolve("/metrics")).body();
    return CAPABILITIES.stream()
        .allMatch(
            name ->
                Pattern.compile(
                        "nodebridge_route_candidates\\{capability=\"%s\"} [1-9]"
                            .formatted(Pattern.quote(name)))
                    .matcher(meters)
                    .find());
  }

  private static HttpResponse<String> get(HttpClient http, URI url)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(2)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Override
  protected void waitUntilReady() {
    URI service =
        URI.create(
            "http://"
                + waitStrategyTarget.getHost()
                + ":"
                + waitStrategyTarget.getMappedPort(port));
    long end = System.nanoTime() + startupTimeout.toNanos();
    try {
      while (!answers(service)) {
        if (!waitStrategyTarget.isRunning()) {
          throw new ContainerLaunchException("ended before it was ready");
        }
        if (System.nanoTime() > end) {
          throw new ContainerLaunchException("was not ready within " + startupTimeout);
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ContainerLaunchException("interrupted", e);
    }
  }

  private boolean answers(URI service) throws InterruptedException {
    try {
      return ready(http, service) && (!routing || routes(http, service));
    } catch (IOException e) {
      return false; // not listening yet
    }
  }
}
