package io.nodebridge.introspection.http;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.introspection.service.OwnedResources;
import java.time.Duration;
import java.util.stream.LongStream;

/// The registry behind `/metrics`, with what every JVM reports.
public final class Meters {
  private static final Duration[] LATENCIES =
      LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private Meters() {}

  /// A timer with buckets from 1 ms to 30 s, whose quantiles can be taken over all replicas.
  public static Timer.Builder latency(String name) {
    return Timer.builder(name).serviceLevelObjectives(LATENCIES);
  }

  public static PrometheusMeterRegistry create(OwnedResources resources) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    resources.own(meters::close);
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new FileDescriptorMetrics().bindTo(meters);
    resources.own(new JvmGcMetrics()).bindTo(meters);
    return meters;
  }
}
