package io.nodebridge.orchestrator.own;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.orchestrator.own.Simulation.Bug;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final int RUNS = 10_000;

  @Test
  void everyAcceptedWorkflowEndsOnceWithOneOutcomeForEachReader() {
    for (int seed = 0; seed < RUNS; seed++) {
      try {
        new Simulation(seed, Bug.NONE).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  void eachPlantedBugIsCaught() {
    List<Bug> unseen = new ArrayList<>();
    for (Bug bug : EnumSet.complementOf(EnumSet.of(Bug.NONE))) {
      if (!caught(bug)) {
        unseen.add(bug);
      }
    }
    assertThat(unseen).isEmpty();
  }

  private static boolean caught(Bug bug) {
    for (int seed = 0; seed < RUNS; seed++) {
      try {
        new Simulation(seed, bug).run();
      } catch (AssertionError | RuntimeException e) {
        return true;
      }
    }
    return false;
  }
}
