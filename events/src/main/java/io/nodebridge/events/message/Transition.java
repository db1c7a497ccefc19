package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.time.Instant;

/// One move of a workflow's state machine.
@Json
public record Transition(WorkflowState from, WorkflowState to, Instant at) {}
