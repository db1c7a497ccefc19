package io.nodebridge.reducer.serve;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A dead letter: its origin, the reason, and the bytes as they came, in base64.
@Json
public record DeadLetterView(
    UUID topicId,
    int partition,
    long offset,
    String reason,
    @Nullable String key,
    @Nullable String value,
    Instant at) {}
