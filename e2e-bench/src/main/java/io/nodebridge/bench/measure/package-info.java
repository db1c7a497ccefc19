/// From moments to figures: commits as they are told, hops that sum, floors, statistics.
@NullMarked
package io.nodebridge.bench.measure;

import org.jspecify.annotations.NullMarked;
