package io.nodebridge.workers.insight;

import io.nodebridge.workers.step.StepContent;
import io.nodebridge.workers.step.Worker;

/// The insight worker.
public final class InsightMain {
  private InsightMain() {}

  public static void main(String[] args) {
    new Worker("insight", 8084, InsightStep.CAPABILITY, InsightStep::run, StepContent.SAMPLE)
        .run(args);
  }
}
