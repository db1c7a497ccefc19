package io.nodebridge.bench.measure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The least heap that a service used in a time, as its `/metrics` says ten times a second: what a
/// collection leaves behind, without asking for one.
public final class HeapLow implements AutoCloseable {
  private static final long EACH_MILLIS = 100;
  private static final String USED = "jvm_memory_used_bytes{area=\"heap\"";

  private final HttpClient http = HttpClient.newHttpClient();
  private final HttpRequest request;
  private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();
  private volatile double lowest = Double.NaN;

  private HeapLow(URI service) {
    request = HttpRequest.newBuilder(service.resolve("/metrics")).build();
  }

  /// Looks until it is closed.
  public static HeapLow watch(URI service) {
    HeapLow low = new HeapLow(service);
    var _ = low.looking.scheduleWithFixedDelay(low::look, 0, EACH_MILLIS, TimeUnit.MILLISECONDS);
    return low;
  }

  /// The lowest so far; not a number if the service has said nothing yet.
  public double mebibytes() {
    return lowest / (1 << 20);
  }

  private void look() {
    try {
      double used =
          http.send(request, HttpResponse.BodyHandlers.ofLines())
              .body()
              .filter(line -> line.startsWith(USED))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
              .sum();
      lowest = Double.isNaN(lowest) ? used : Math.min(lowest, used);
    } catch (IOException e) {
      // It is asked again in a moment.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    looking.shutdownNow();
    http.close();
  }
}
