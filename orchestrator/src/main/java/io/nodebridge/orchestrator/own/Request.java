package io.nodebridge.orchestrator.own;

import io.nodebridge.events.message.WorkflowRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// A request as the partition knows it.
///
/// @param bodyHash by which a repeat is told from a conflict
/// @param offset its place in its partition of the request topic
/// @param carried what its reader wants back with each effect; the partition does not look at it
public record Request(
    UUID id, WorkflowRequest document, String bodyHash, long offset, Object carried) {

  /// What a definition's conditions may look at, as `input`.
  Map<String, Object> input() {
    Map<String, Object> input = new HashMap<>();
    input.put("definition", document.definition());
    input.put("namespace", document.namespace());
    input.put("contentType", document.contentType());
    input.put("metadata", document.metadata());
    input.put("intelligence", document.intelligence());
    if (document.filePath() != null) {
      input.put("filePath", document.filePath());
    }
    return input;
  }
}
