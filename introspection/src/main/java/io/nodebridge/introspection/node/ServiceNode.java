package io.nodebridge.introspection.node;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.kafka.Topics;
import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.NodeHealth;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.introspection.service.OwnedResources;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.admin.Admin;

/// A service of ours as a node: its name is its kind, its addresses follow from its URL, and its
/// health from its readiness.
///
/// @param url where others reach the service
/// @param interval between two beats
public record ServiceNode(
    String id,
    String name,
    NodeType type,
    List<String> capabilities,
    URI url,
    short replicationFactor,
    Duration interval) {

  public ServiceNode {
    capabilities = List.copyOf(capabilities);
  }

  /// Announces the service and lets it beat until the resources close.
  ///
  /// @throws InterruptedException if the thread is told to stop while topics are made
  public void join(
      KafkaClients kafka,
      Readiness readiness,
      IntSupplier activeOperations,
      OwnedResources resources)
      throws InterruptedException {
    try (Admin admin = kafka.admin(id + "-node-admin")) {
      Topics.ensure(admin, Node.TOPICS, replicationFactor);
    }
    Endpoints endpoints =
        new Endpoints(
            url.resolve("/health/ready").toString(),
            url.toString(),
            url.resolve("/metrics").toString());
    ResourceSampler sampler = resources.own(ResourceSampler.start(interval));
    resources.own(
        Node.start(
            NodeIdentity.ofThisProcess(id, name, type, capabilities, endpoints),
            kafka,
            interval,
            new Vitals(() -> health(readiness), activeOperations, sampler::latest)));
  }

  private static NodeHealth health(Readiness readiness) {
    if (!readiness.missing().isEmpty()) {
      return NodeHealth.UNHEALTHY;
    }
    return readiness.troubles().isEmpty() ? NodeHealth.HEALTHY : NodeHealth.DEGRADED;
  }
}
