package io.nodebridge.workers.stamping;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.introspection.config.Setting;
import io.nodebridge.introspection.config.Settings;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Meters;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.introspection.service.OwnedResources;
import io.nodebridge.introspection.service.ServiceProcess;

/// Wires the stamping worker and runs it until it is told to stop.
public final class StampingMain {
  private static final int DEFAULT_PORT = 8083;
  private static final long MAX_BODY_BYTES = 2 << 20;

  private StampingMain() {}

  public static void main(String[] args) {
    ServiceProcess.run("stamping", System.getenv(), StampingMain::open);
  }

  private static void open(Settings settings, OwnedResources resources) {
    HttpEdge.Listen listen =
        new HttpEdge.Listen(
            settings.text(Setting.NODEBRIDGE_BIND), settings.port(DEFAULT_PORT), MAX_BODY_BYTES);
    settings.check();
    PrometheusMeterRegistry registry = Meters.create(resources);
    resources.own(HttpEdge.start(listen, new Readiness(), registry, HashStep::routes));
  }
}
