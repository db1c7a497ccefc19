/// `./bench`: the rig's command line. Results go to standard output, all else to standard error.
/// Start with [BenchMain].
@NullMarked
package io.nodebridge.bench.cli;

import org.jspecify.annotations.NullMarked;
