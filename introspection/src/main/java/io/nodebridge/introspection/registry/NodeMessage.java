package io.nodebridge.introspection.registry;

import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Introspection;

/// What the registry hears from a node.
sealed interface NodeMessage {
  record Beat(Heartbeat heartbeat) implements NodeMessage {}

  record Announcement(Introspection introspection) implements NodeMessage {}

  record Farewell(Introspection introspection) implements NodeMessage {}
}
