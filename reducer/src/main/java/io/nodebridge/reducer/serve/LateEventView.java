package io.nodebridge.reducer.serve;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.UUID;

/// The end of a workflow that no window took any more.
@Json
record LateEventView(UUID workflowId, String namespace, Instant eventAt, Instant foldedAt) {}
