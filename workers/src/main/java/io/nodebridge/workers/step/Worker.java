package io.nodebridge.workers.step;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.events.message.StepCall;
import io.nodebridge.introspection.config.Settings;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Meters;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.introspection.node.ServiceNode;
import io.nodebridge.introspection.service.OwnedResources;
import io.nodebridge.introspection.service.ServiceProcess;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A process that serves one capability: a node that is announced with it, beats, answers its step
/// calls, and leaves when it is told to stop. Settings come from the environment.
///
/// @param defaultPort where it listens unless told otherwise
/// @param work a step's result; a repeat of a call does not reach it. Throws
///   `InvalidMessageException` for a call that it can never do; any other exception is answered
///   500, and asked again
/// @param sample an input for the calls to itself before it is announced ([Rehearsal]); null if the
///   work has effects that last
public record Worker(
    String name,
    int defaultPort,
    String capability,
    Function<StepCall, Map<String, Object>> work,
    @Nullable Map<String, Object> sample) {
  private static final long MAX_BODY_BYTES = 2 << 20;

  /// Without a rehearsal.
  public Worker(
      String name,
      int defaultPort,
      String capability,
      Function<StepCall, Map<String, Object>> work) {
    this(name, defaultPort, capability, work, null);
  }

  /// Runs until it is told to stop.
  ///
  /// @param arguments of the program: `--check-config` reads the settings, says what is wrong and
  ///   ends
  public void run(String... arguments) {
    ServiceProcess.run(name, arguments, System.getenv(), this::read, this::open);
  }

  private WorkerConfig read(Settings settings) {
    return WorkerConfig.from(settings, name, defaultPort);
  }

  private void open(WorkerConfig config, OwnedResources resources) throws Exception {
    if (sample != null) {
      Rehearsal.run(capability, work, sample);
    }
    PrometheusMeterRegistry registry = Meters.create(resources);
    Readiness readiness = new Readiness();
    StepEndpoint endpoint = new StepEndpoint(capability, work, config.maxInFlight(), registry);
    HttpEdge edge =
        resources.own(
            HttpEdge.start(
                new HttpEdge.Listen(config.bind(), config.port(), MAX_BODY_BYTES),
                readiness,
                registry,
                endpoint::routes));
    new ServiceNode(
            config.nodeId(),
            name,
            NodeType.COMPUTE,
            List.of(capability),
            edge.url(config.advertisedUrl(), config.bind()),
            config.replicationFactor(),
            config.heartbeatInterval())
        .join(config.kafka(), readiness, endpoint::inFlight, resources);
  }
}
