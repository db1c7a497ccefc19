package io.nodebridge.bench.benchmark;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// Times one method by JMH, in a JVM of its own.
final class Jmh {
  private static final int WARM_UP_ITERATIONS = 3;
  private static final TimeValue ITERATION = TimeValue.milliseconds(700);

  private Jmh() {}

  /// Milliseconds a call, one figure for each iteration.
  ///
  /// @throws RunnerException if the method throws: a wrong result has no time
  static double[] millis(Rig rig, Class<?> type, String method) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(type.getName() + "\\." + method + "$")
                    .forks(1)
                    .warmupIterations(WARM_UP_ITERATIONS)
                    .warmupTime(ITERATION)
                    .measurementIterations(rig.profile().microIterations())
                    .measurementTime(ITERATION)
                    .timeUnit(TimeUnit.NANOSECONDS)
                    .shouldFailOnError(true)
                    .jvmArgsAppend("-XX:+UseSerialGC")
                    .output(rig.log("jmh-" + type.getSimpleName() + "-" + method + ".log"))
                    .build())
            .run();
    return results.stream()
        .flatMap(result -> result.getBenchmarkResults().stream())
        .map(BenchmarkResult::getIterationResults)
        .flatMap(Collection::stream)
        .mapToDouble(Jmh::millis)
        .toArray();
  }

  private static double millis(IterationResult iteration) {
    return iteration.getPrimaryResult().getScore() / 1e6;
  }
}
