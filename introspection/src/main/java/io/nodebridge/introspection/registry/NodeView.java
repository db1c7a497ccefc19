package io.nodebridge.introspection.registry;

import io.avaje.jsonb.Json;
import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Heartbeat.Resources;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.Introspection.Limits;
import io.nodebridge.events.message.NodeHealth;
import io.nodebridge.events.message.NodeStatus;
import io.nodebridge.events.message.NodeType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node as the registry shows it. Null is what the node has not told yet.
@Json
record NodeView(
    String nodeId,
    long incarnation,
    long sequence,
    NodeType type,
    NodeStatus status,
    Instant since,
    Instant lastReceivedAt,
    @Nullable String name,
    @Nullable String version,
    List<String> capabilities,
    @Nullable Endpoints endpoints,
    @Nullable Limits limits,
    @Nullable NodeHealth health,
    @Nullable Long uptimeSeconds,
    @Nullable Instant lastActivityAt,
    @Nullable Integer activeOperations,
    @Nullable Resources resources,
    @Nullable List<Turn> history) {

  /// @param history null where it is not shown
  static NodeView of(NodeRow row, @Nullable List<Turn> history) {
    Introspection said = row.description();
    Heartbeat beat = row.beat();
    return new NodeView(
        row.nodeId(),
        row.incarnation(),
        row.sequence(),
        row.type(),
        row.status(),
        row.since(),
        row.lastReceivedAt(),
        said == null ? null : said.name(),
        said == null ? null : said.version(),
        row.capabilities(),
        said == null ? null : said.endpoints(),
        said == null ? null : said.limits(),
        beat == null ? null : beat.health(),
        beat == null ? null : Long.valueOf(beat.uptimeSeconds()),
        beat == null ? null : beat.lastActivityAt(),
        beat == null ? null : Integer.valueOf(beat.activeOperations()),
        beat == null ? null : beat.resources(),
        history);
  }
}
