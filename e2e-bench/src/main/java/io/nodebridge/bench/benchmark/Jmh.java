package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.options.Options;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// Times one method by JMH, in JVMs of its own.
final class Jmh {
  private static final int WARM_UP_ITERATIONS = 3;
  private static final int WARM_UP_BATCH = 10_000;

  private Jmh() {}

  /// Iterations of all JVMs: a round of the rig is one of them.
  static int iterations(Rig rig) {
    return rig.profile().forks() * iterationsOfFork(rig);
  }

  private static int iterationsOfFork(Rig rig) {
    return Math.ceilDiv(rig.rounds(), rig.profile().forks());
  }

  /// Milliseconds a call, one figure for each iteration.
  ///
  /// @throws RunnerException if the method throws: a wrong result has no time
  static double[] millis(Rig rig, Class<?> type, String method) throws RunnerException {
    TimeValue round = TimeValue.milliseconds(rig.profile().microMillis());
    Options options = rig.options();
    ChainedOptionsBuilder plan =
        new OptionsBuilder()
            .include(type.getName() + "\\." + method + "$")
            .forks(rig.profile().forks())
            .warmupIterations(options.on(Option.WARMUP) ? WARM_UP_ITERATIONS : 0)
            .warmupTime(round)
            .measurementIterations(iterationsOfFork(rig))
            .timeUnit(TimeUnit.NANOSECONDS)
            .shouldFailOnError(true)
            .shouldDoGC(options.on(Option.DISABLE_GC))
            .jvmArgsAppend("-XX:+UseSerialGC")
            .output(rig.log("jmh-" + type.getSimpleName() + "-" + method + ".log"));
    if (options.on(Option.DISABLE_GC)) {
      plan.jvmArgsAppend("-XX:+UseSerialGC", "-Xmx2g", "-Xmn1600m");
    }
    if (options.on(Option.CALIBRATE)) {
      plan.measurementTime(round);
    } else {
      plan.mode(Mode.SingleShotTime)
          .measurementBatchSize(options.count(Option.ITERATIONS))
          .warmupBatchSize(WARM_UP_BATCH);
    }
    double calls = options.on(Option.CALIBRATE) ? 1 : options.count(Option.ITERATIONS);
    Collection<RunResult> results = new Runner(plan.build()).run();
    return results.stream()
        .flatMap(result -> result.getBenchmarkResults().stream())
        .map(BenchmarkResult::getIterationResults)
        .flatMap(Collection::stream)
        .mapToDouble(iteration -> millis(iteration) / calls)
        .toArray();
  }

  private static double millis(IterationResult iteration) {
    return iteration.getPrimaryResult().getScore() / 1e6;
  }
}
