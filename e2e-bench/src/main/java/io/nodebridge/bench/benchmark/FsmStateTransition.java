package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.orchestrator.decide.Decider;
import io.nodebridge.orchestrator.decide.Definition;
import io.nodebridge.orchestrator.decide.Workflow;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// One move of the production state machine, by JMH in a fork of its own. The legal move is the
/// row's figure, the refused one stands in `extra`.
public final class FsmStateTransition implements Benchmark {
  private static final int WARM_UP_ITERATIONS = 3;

  @Override
  public Spec spec() {
    return new Spec(
        "fsm_state_transition", "OrchestratorPerformance", "orchestrator", "fsm_transition", false);
  }

  @Override
  public Measured measure(Rig rig) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(FsmTransitions.class.getName() + ".*")
                    .forks(1)
                    .warmupIterations(WARM_UP_ITERATIONS)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(rig.profile().microIterations())
                    .measurementTime(TimeValue.seconds(1))
                    .timeUnit(TimeUnit.NANOSECONDS)
                    .shouldFailOnError(true)
                    .jvmArgsAppend("-XX:+UseSerialGC")
                    .output(rig.log("jmh-fsm_state_transition.log"))
                    .build())
            .run();
    double[] legal = millis(results, "legal");
    double[] illegal = millis(results, "illegal");
    return new Measured(
        legal,
        1,
        1,
        List.of(
            Check.equal("iterations of the refused move", legal.length, illegal.length),
            legalEnds(),
            illegalRefused()),
        new double[0],
        List.of(),
        Map.of("illegalMedianMs", illegal.length == 0 ? 0 : sortedMiddle(illegal)));
  }

  private static Check legalEnds() {
    Definition definition = Objects.requireNonNull(Definition.named("stamping"));
    WorkflowState state =
        Decider.decide(new Workflow.Pending(definition), new Signal.Begin()).state().state();
    return new Check(
        "PENDING begins", "PROCESSING", state.name(), state == WorkflowState.PROCESSING);
  }

  private static Check illegalRefused() {
    String outcome;
    try {
      outcome = Decider.decide(new Workflow.Completed(), new Signal.Begin()).toString();
    } catch (IllegalStateException e) {
      outcome = "refused";
    }
    return new Check("COMPLETED begins", "refused", outcome, outcome.equals("refused"));
  }

  private static double[] millis(Collection<RunResult> results, String method) {
    return results.stream()
        .filter(result -> named(result.getParams(), method))
        .flatMap(result -> result.getBenchmarkResults().stream())
        .map(BenchmarkResult::getIterationResults)
        .flatMap(Collection::stream)
        .mapToDouble(FsmStateTransition::millis)
        .toArray();
  }

  private static boolean named(BenchmarkParams params, String method) {
    return params.getBenchmark().endsWith("." + method);
  }

  private static double millis(IterationResult iteration) {
    return iteration.getPrimaryResult().getScore() / 1e6;
  }

  private static double sortedMiddle(double[] samples) {
    return Arrays.stream(samples).sorted().toArray()[samples.length / 2];
  }
}
