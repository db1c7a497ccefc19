/// The benchmarks, each under its published name; the JUnit classes only call them.
@NullMarked
package io.nodebridge.bench.benchmark;

import org.jspecify.annotations.NullMarked;
