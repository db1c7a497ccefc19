/// The rig: drives the real stack, checks what came out, and only then prints a figure.
///
/// [io.nodebridge.bench.stack] starts the parts, [io.nodebridge.bench.load] sends requests and
/// keeps the ledger, [io.nodebridge.bench.measure] turns commits into hops and statistics,
/// [io.nodebridge.bench.benchmark] holds the benchmarks and judges them, with what
/// [io.nodebridge.bench.health] says of the machine, [io.nodebridge.bench.compare] holds them
/// against other runs, and [io.nodebridge.bench.report] writes the results.
/// [io.nodebridge.bench.options] says what is run, [io.nodebridge.bench.cli] is `./bench`. Start
/// with [io.nodebridge.bench.benchmark.CompleteWorkflowPipeline].
@NullMarked
package io.nodebridge.bench;

import org.jspecify.annotations.NullMarked;
