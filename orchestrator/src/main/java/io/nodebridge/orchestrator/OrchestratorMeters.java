package io.nodebridge.orchestrator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.nodebridge.events.message.WorkflowState;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/// Every meter of the orchestrator.
///
/// | meter | unit | tags |
/// |---|---|---|
/// | `nodebridge_workflow_accepted_total` | requests | |
/// | `nodebridge_workflow_rejected_total` | records | |
/// | `nodebridge_workflow_duration_seconds` | seconds from poll to acknowledged end | `state` |
/// | `nodebridge_workflow_in_flight` | workflows | |
public final class OrchestratorMeters {
  private final MeterRegistry registry;
  private final Counter accepted;
  private final Counter rejected;
  private final Map<WorkflowState, Timer> durations = new EnumMap<>(WorkflowState.class);

  public OrchestratorMeters(MeterRegistry registry) {
    this.registry = registry;
    this.accepted = Counter.builder("nodebridge.workflow.accepted").register(registry);
    this.rejected = Counter.builder("nodebridge.workflow.rejected").register(registry);
    for (WorkflowState state : WorkflowState.values()) {
      if (state.terminal()) {
        durations.put(
            state,
            Timer.builder("nodebridge.workflow.duration")
                .tag("state", state.name())
                .register(registry));
      }
    }
  }

  /// Watches how many workflows run.
  void watchInFlight(IntSupplier inFlight) {
    Gauge.builder("nodebridge.workflow.in.flight", inFlight, IntSupplier::getAsInt)
        .register(registry);
  }

  public void accepted() {
    accepted.increment();
  }

  public void rejected() {
    rejected.increment();
  }

  /// A workflow ended in a terminal state; `sinceNanos` is the poll's `System.nanoTime()`.
  public void ended(WorkflowState state, long sinceNanos) {
    Timer timer = durations.get(state);
    if (timer != null) {
      timer.record(System.nanoTime() - sinceNanos, TimeUnit.NANOSECONDS);
    }
  }
}
