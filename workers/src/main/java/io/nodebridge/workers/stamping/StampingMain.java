package io.nodebridge.workers.stamping;

import io.nodebridge.workers.step.StepContent;
import io.nodebridge.workers.step.Worker;

/// The stamping worker.
public final class StampingMain {
  private StampingMain() {}

  public static void main(String[] args) {
    new Worker("stamping", 8083, HashStep.CAPABILITY, HashStep::run, StepContent.SAMPLE).run(args);
  }
}
