package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.orchestrator.decide.Decider;
import io.nodebridge.orchestrator.decide.Workflow;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/// One move of the production state machine, by JMH in a fork of its own. The legal move is the
/// row's figure, the refused one stands in `extra`, and the floor is a table that is looked up.
public final class FsmStateTransition implements Benchmark {
  @Override
  public Spec spec() {
    return new Spec(
        "fsm_state_transition", "OrchestratorPerformance", "orchestrator", "fsm_transition", false);
  }

  @Override
  public Measured measure(Rig rig) throws RunnerException {
    double[] legal = Jmh.millis(rig, FsmTransitions.class, "legal");
    double[] illegal = Jmh.millis(rig, FsmTransitions.class, "illegal");
    return new Measured(
        legal,
        1,
        rig.profile().forks(),
        List.of(
            Check.equal("iterations of the refused move", legal.length, illegal.length),
            legalEnds(),
            illegalRefused()),
        Jmh.millis(rig, FsmTransitions.class, "table"),
        List.of(),
        Map.of("illegalMedianMs", illegal.length == 0 ? 0 : sortedMiddle(illegal)));
  }

  private static Check legalEnds() {
    Workflow pending = new Workflow.Pending(FsmTransitions.definition(), Map.of());
    WorkflowState state = Decider.decide(pending, new Signal.Begin(), 1).state().state();
    return new Check(
        "PENDING begins", "PROCESSING", state.name(), state == WorkflowState.PROCESSING);
  }

  private static Check illegalRefused() {
    String outcome;
    try {
      outcome = Decider.decide(new Workflow.Completed(), new Signal.Begin(), 1).toString();
    } catch (IllegalStateException e) {
      outcome = "refused";
    }
    return new Check("COMPLETED begins", "refused", outcome, outcome.equals("refused"));
  }

  private static double sortedMiddle(double[] samples) {
    return Arrays.stream(samples).sorted().toArray()[samples.length / 2];
  }
}
