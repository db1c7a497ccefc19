package io.nodebridge.introspection.node;

import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.Introspection.Limits;
import io.nodebridge.events.message.NodeType;
import java.util.List;

/// What stays the same while a node lives.
///
/// @param id the same after a restart if the node is to keep its place in the registry
/// @param incarnation milliseconds since 1970 at start: tells this life from the ones before
public record NodeIdentity(
    String id,
    long incarnation,
    String name,
    NodeType type,
    String version,
    List<String> capabilities,
    Endpoints endpoints,
    Limits limits) {

  private static final String VERSION_OF_CLASSES = "development";

  public NodeIdentity {
    capabilities = List.copyOf(capabilities);
  }

  /// This process as a node that starts now, with the version of its jar and the JVM's limits.
  public static NodeIdentity ofThisProcess(
      String id, String name, NodeType type, List<String> capabilities, Endpoints endpoints) {
    String version = NodeIdentity.class.getPackage().getImplementationVersion();
    Runtime runtime = Runtime.getRuntime();
    return new NodeIdentity(
        id,
        System.currentTimeMillis(),
        name,
        type,
        version == null ? VERSION_OF_CLASSES : version,
        capabilities,
        endpoints,
        new Limits(runtime.availableProcessors(), runtime.maxMemory() >> 20));
  }

  /// The same node with other capabilities.
  public NodeIdentity offering(List<String> others) {
    return new NodeIdentity(id, incarnation, name, type, version, others, endpoints, limits);
  }
}
