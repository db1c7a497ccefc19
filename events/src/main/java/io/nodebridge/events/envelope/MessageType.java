package io.nodebridge.events.envelope;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `ce_type` of every message on the log.
public enum MessageType {
  WORKFLOW_REQUESTED("io.nodebridge.workflow.requested.v1"),
  WORKFLOW_CANCEL_REQUESTED("io.nodebridge.workflow.cancel-requested.v1"),
  WORKFLOW_STARTED("io.nodebridge.workflow.started.v1"),
  WORKFLOW_PROGRESSED("io.nodebridge.workflow.progressed.v1"),
  WORKFLOW_COMPLETED("io.nodebridge.workflow.completed.v1"),
  WORKFLOW_FAILED("io.nodebridge.workflow.failed.v1"),
  WORKFLOW_REJECTED("io.nodebridge.workflow.rejected.v1"),
  PARTITION_CLAIMED("io.nodebridge.partition.claimed.v1"),
  NODE_HEARTBEAT("io.nodebridge.node.heartbeat.v1"),
  NODE_INTROSPECTION("io.nodebridge.node.introspection.v1"),
  NODE_LEFT("io.nodebridge.node.left.v1"),
  NODE_REQUEST("io.nodebridge.node.request.v1"),
  NODE_STATE("io.nodebridge.node.state.v1");

  private static final Map<String, MessageType> BY_WORD = new HashMap<>();

  static {
    for (MessageType type : values()) {
      BY_WORD.put(type.word, type);
    }
  }

  private final String word;

  MessageType(String word) {
    this.word = word;
  }

  /// The word on the wire.
  public String word() {
    return word;
  }

  static @Nullable MessageType ofWord(@Nullable String word) {
    return word == null ? null : BY_WORD.get(word);
  }
}
