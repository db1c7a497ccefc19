/// The pure memory of a claimed partition: what was finished and what was under way before the
/// claim, what runs now, what a repeat is told, and how far its offset may be committed. Imports
/// the JDK, `events` and `decide` only.
@NullMarked
package io.nodebridge.orchestrator.own;

import org.jspecify.annotations.NullMarked;
