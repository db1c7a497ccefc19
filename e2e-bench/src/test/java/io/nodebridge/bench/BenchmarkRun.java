package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.Benchmark;

/// What the JUnit classes hand their benchmarks to.
@FunctionalInterface
interface BenchmarkRun {
  /// Fails the test unless the benchmark passes; skips it where the options leave it out, and says
  /// why where there is no verdict.
  void pass(Benchmark benchmark) throws InterruptedException;
}
