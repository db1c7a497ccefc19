/// For tests of whoever uses NodeBridge: [MemoryTracker] runs a test again and again and fails it
/// if something of each round stays on the heap. It needs JUnit, which the rig itself does not.
@NullMarked
package io.nodebridge.bench.memory;

import org.jspecify.annotations.NullMarked;
