package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.UUID;

/// The answer to an accepted `POST /v1/workflows`: the request is on the log, acks=all.
@Json
public record Accepted(UUID workflowId, WorkflowState state) {}
