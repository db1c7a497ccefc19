package io.nodebridge.introspection.registry;

import io.nodebridge.events.kafka.Topic;
import org.jspecify.annotations.Nullable;

/// A message that nobody can understand, with its place in the log and the reason.
record DeadLetter(
    Topic topic,
    int partition,
    long offset,
    String reason,
    @Nullable String key,
    byte @Nullable [] value) {}
