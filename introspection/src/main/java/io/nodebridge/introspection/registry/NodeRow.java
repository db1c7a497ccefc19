package io.nodebridge.introspection.registry;

import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.NodeState;
import io.nodebridge.events.message.NodeStatus;
import io.nodebridge.events.message.NodeType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the registry knows of one node.
///
/// @param sequence of the last beat that counted; 0 before the first of an incarnation
/// @param since when the status began, by the registry's clock
/// @param lastReceivedAt when the last sign of life came, by the registry's clock
/// @param description null until an announcement was heard
/// @param beat null until a beat was heard
record NodeRow(
    String nodeId,
    long incarnation,
    long sequence,
    NodeType type,
    NodeStatus status,
    Instant since,
    Instant lastReceivedAt,
    @Nullable Introspection description,
    @Nullable Heartbeat beat) {

  private static final Endpoints NOWHERE = new Endpoints(null, null, null);

  static NodeRow firstHeard(Heartbeat beat, Instant now) {
    return new NodeRow(
        beat.nodeId(),
        beat.incarnation(),
        beat.sequence(),
        beat.type(),
        NodeStatus.ALIVE,
        now,
        now,
        null,
        beat);
  }

  static NodeRow firstHeard(Introspection said, NodeStatus status, Instant now) {
    return new NodeRow(
        said.nodeId(), said.incarnation(), 0, said.type(), status, now, now, said, null);
  }

  /// Whether a beat tells more than is known; after the farewell of an incarnation none does.
  boolean outdatedBy(Heartbeat beat) {
    return beat.incarnation() > incarnation
        || (beat.incarnation() == incarnation
            && beat.sequence() > sequence
            && status != NodeStatus.LEFT);
  }

  NodeRow heard(Heartbeat newer, Instant now) {
    if (newer.incarnation() > incarnation) {
      return firstHeard(newer, now);
    }
    Instant begun = status == NodeStatus.ALIVE ? since : now;
    return new NodeRow(
        nodeId,
        incarnation,
        newer.sequence(),
        type,
        NodeStatus.ALIVE,
        begun,
        now,
        description,
        newer);
  }

  NodeRow described(Introspection said) {
    return new NodeRow(
        nodeId, incarnation, sequence, said.type(), status, since, lastReceivedAt, said, beat);
  }

  NodeRow judged(NodeStatus verdict, Instant now) {
    return verdict == status
        ? this
        : new NodeRow(
            nodeId, incarnation, sequence, type, verdict, now, lastReceivedAt, description, beat);
  }

  /// Whether its silence would tell anything.
  boolean listenedTo() {
    return switch (status) {
      case ALIVE, SUSPECT -> true;
      case DEAD, LEFT -> false;
    };
  }

  List<String> capabilities() {
    return description == null ? List.of() : description.capabilities();
  }

  /// What is published: routing reads nothing else.
  NodeState verdict() {
    return new NodeState(
        nodeId,
        incarnation,
        status,
        since,
        type,
        capabilities(),
        description == null ? NOWHERE : description.endpoints());
  }
}
