package io.nodebridge.events.message;

/// The registry's verdict on a node.
public enum NodeStatus {
  ALIVE,
  SUSPECT,
  DEAD,
  LEFT
}
