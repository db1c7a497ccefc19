package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Where a node is reached, as absolute URLs.
@Json
public record Endpoints(@Nullable String health, @Nullable String api, @Nullable String metrics) {}
