/// How a run is asked for: `bench.yaml`, `-Dbench.*` and the options of `./bench run` are one
/// catalogue, [Option].
@NullMarked
package io.nodebridge.bench.options;

import org.jspecify.annotations.NullMarked;
