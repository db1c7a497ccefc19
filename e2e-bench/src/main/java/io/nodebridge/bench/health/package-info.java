/// Whether this machine let a benchmark run undisturbed. Start with [HealthWatch].
@NullMarked
package io.nodebridge.bench.health;

import org.jspecify.annotations.NullMarked;
