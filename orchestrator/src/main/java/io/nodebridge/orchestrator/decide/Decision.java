package io.nodebridge.orchestrator.decide;

import io.nodebridge.events.message.StepRun;
import java.util.List;

/// What follows from a signal.
///
/// @param tasks attempts to begin now
/// @param runs what became of steps, to be told in the log
public record Decision(Workflow state, List<Task> tasks, List<StepRun> runs) {
  public Decision {
    tasks = List.copyOf(tasks);
    runs = List.copyOf(runs);
  }

  /// One attempt of one step.
  public record Task(Step step, int attempt) {}
}
