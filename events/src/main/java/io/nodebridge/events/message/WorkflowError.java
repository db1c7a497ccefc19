package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Why a workflow failed: a stable code, a sentence, and the step if one is to blame.
@Json
public record WorkflowError(String code, String message, @Nullable String step) {}
