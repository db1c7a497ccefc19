package io.nodebridge.bench.benchmark;

import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.orchestrator.decide.Decider;
import io.nodebridge.orchestrator.decide.Decision;
import io.nodebridge.orchestrator.decide.Definition;
import io.nodebridge.orchestrator.decide.Workflow;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import io.nodebridge.orchestrator.define.Definitions;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
  private WorkflowState from = WorkflowState.PENDING;
  private WorkflowState to = WorkflowState.PROCESSING;

  private final Map<WorkflowState, Set<WorkflowState>> moves =
      new EnumMap<>(
          Map.of(
              WorkflowState.PENDING,
              EnumSet.of(WorkflowState.PROCESSING, WorkflowState.FAILED),
              WorkflowState.PROCESSING,
              EnumSet.of(WorkflowState.COMPLETED, WorkflowState.FAILED),
              WorkflowState.COMPLETED,
              EnumSet.noneOf(WorkflowState.class),
              WorkflowState.FAILED,
              EnumSet.noneOf(WorkflowState.class)));

  /// The one that requests take if they name none.
  static Definition definition() {
    return Objects.requireNonNull(Definitions.load(null).latest("stamping"));
  }

  @Benchmark
  public Decision legal() {
    return Decider.decide(pending, begin, 1);
  }

  /// The floor: looks the move up and does nothing.
  @Benchmark
  public WorkflowState table() {
    if (!Objects.requireNonNull(moves.get(from)).contains(to)) {
      throw new IllegalStateException(from + " does not become " + to);
    }
    return to;
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
