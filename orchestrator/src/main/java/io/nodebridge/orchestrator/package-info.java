/// Runs workflows: request → decision → step calls → events.
///
/// The way of the data is the order of the packages: [io.nodebridge.orchestrator.accept] puts a
/// client's request on the log, [io.nodebridge.orchestrator.run] polls it and drives each workflow,
/// [io.nodebridge.orchestrator.decide] says, purely, what comes next, and
/// [io.nodebridge.orchestrator.call] asks a worker for a step. Start with
/// [io.nodebridge.orchestrator.run.WorkflowRunner].
@NullMarked
package io.nodebridge.orchestrator;

import org.jspecify.annotations.NullMarked;
