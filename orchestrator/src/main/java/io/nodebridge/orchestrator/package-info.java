/// Runs workflows: request → decision → step calls → events.
///
/// The way of the data is the order of the packages: [io.nodebridge.orchestrator.accept] puts a
/// client's request on the log, [io.nodebridge.orchestrator.run] claims partitions and polls them,
/// [io.nodebridge.orchestrator.own] knows, purely, what of a partition is under way and what has to
/// be done, [io.nodebridge.orchestrator.decide] says, purely, what a workflow does next by its
/// definition ([io.nodebridge.orchestrator.define]), and [io.nodebridge.orchestrator.call] asks a
/// worker for a step, which [io.nodebridge.orchestrator.route] chooses by what
/// [io.nodebridge.orchestrator.watch] hears from the registry. Start with
/// [io.nodebridge.orchestrator.own.Partition].
@NullMarked
package io.nodebridge.orchestrator;

import org.jspecify.annotations.NullMarked;
