/// Whether the benchmarks can fail: each is run on a product that was broken on purpose, by
/// `./bench prove`. Start with [Break]; the breaks are in `e2e-bench/breaks`.
@NullMarked
package io.nodebridge.bench.prove;

import org.jspecify.annotations.NullMarked;
