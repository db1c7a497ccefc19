package io.nodebridge.bench.benchmark;

import io.nodebridge.orchestrator.decide.Decider;
import io.nodebridge.orchestrator.decide.Decision;
import io.nodebridge.orchestrator.decide.Definition;
import io.nodebridge.orchestrator.decide.Workflow;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import io.nodebridge.orchestrator.define.Definitions;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What JMH times; public because its generated code calls it.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
public class FsmTransitions {
  private Workflow pending = new Workflow.Pending(definition(), Map.of());
  private Workflow completed = new Workflow.Completed();
  private Signal begin = new Signal.Begin();

  /// The one that requests take if they name none.
  static Definition definition() {
    return Objects.requireNonNull(Definitions.load(null).latest("stamping"));
  }

  @Benchmark
  public Decision legal() {
    return Decider.decide(pending, begin, 1);
  }

  /// The refusal is an exception, whose cost is part of it.
  @Benchmark
  public String illegal() {
    try {
      return Decider.decide(completed, begin, 1).toString();
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
