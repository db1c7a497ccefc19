package io.nodebridge.introspection.node;

import io.nodebridge.events.message.Heartbeat.Resources;
import io.nodebridge.events.message.NodeHealth;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// What each beat asks the node. All three are called on the beat's thread and must not block.
///
/// @param resources usually [ResourceSampler#latest()] of the one sampler of this process
public record Vitals(
    Supplier<NodeHealth> health, IntSupplier activeOperations, Supplier<Resources> resources) {}
