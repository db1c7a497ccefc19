/// The pure core: states with only their legal moves, and what follows from each signal. Imports
/// the JDK and `events` only.
@NullMarked
package io.nodebridge.orchestrator.decide;

import org.jspecify.annotations.NullMarked;
