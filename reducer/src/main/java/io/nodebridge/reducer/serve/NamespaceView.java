package io.nodebridge.reducer.serve;

import io.avaje.jsonb.Json;

/// The sums over a namespace's terminal workflows.
@Json
public record NamespaceView(
    String namespace,
    long completed,
    long failed,
    long bytes,
    long processingMicrosSum,
    long processingMicrosMin,
    long processingMicrosMax) {}
