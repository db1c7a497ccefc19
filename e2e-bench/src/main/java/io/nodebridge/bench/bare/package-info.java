/// The floor of a workflow's throughput: the same way, request log → loop → event log → one fenced
/// transaction, as two processes that do nothing else. Start with [BarePipeline].
@NullMarked
package io.nodebridge.bench.bare;

import org.jspecify.annotations.NullMarked;
