package io.nodebridge.bench.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/// Waits until a service in a container is ready. The library's own wait looks at the port alone,
/// and so waits to its limit for a process that ended at once.
final class ReadyOrEnded extends AbstractWaitStrategy {
  private static final long LOOK_MILLIS = 100;

  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();

  ReadyOrEnded(int port, Duration limit) {
    this.port = port;
    withStartupTimeout(limit);
  }

  /// Whether a service says that it is ready.
  static boolean ready(HttpClient http, URI service) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(service.resolve("/health/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
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
      return ready(http, service);
    } catch (IOException e) {
      return false; // not listening yet
    }
  }
}
