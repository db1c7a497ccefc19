package io.nodebridge.orchestrator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.nodebridge.events.message.AckPage.Ack;
import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.introspection.http.FeedRing;
import io.nodebridge.introspection.http.Meters;
import io.nodebridge.orchestrator.route.Instance;
import io.nodebridge.orchestrator.route.RoutingTable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Every meter of the orchestrator.
///
/// | meter | unit | tags |
/// |---|---|---|
/// | `nodebridge_workflow_accepted_total` | requests | |
/// | `nodebridge_workflow_rejected_total` | records | |
/// | `nodebridge_workflow_duration_seconds` | seconds from poll to acknowledged end, with buckets | `state` |
/// | `nodebridge_workflow_in_flight` | workflows | |
/// | `nodebridge_workflow_backlog_records` | requests that wait to be run in the partitions of this replica, halted ones aside, ten times a second | |
/// | `nodebridge_workflow_halted_partitions` | partitions of this replica that wait for a person | |
/// | `nodebridge_intake_unacknowledged_bytes` | bytes of requests that wait for the log at the HTTP edge, 2 KiB for each besides | |
/// | `nodebridge_step_attempt_seconds` | seconds of an attempt at a worker, the wait for an instance included; their count is the number of attempts; with buckets | `step`, `outcome` (`COMPLETED`, `FAILED`) |
/// | `nodebridge_breaker_state` | 0 closed, 1 half-open, 2 open | `instance`: those in the routing table |
/// | `nodebridge_route_candidates` | instances, open breakers included | `capability`: those that somebody has |
///
/// While measuring, the ends of workflows are kept for the rig besides.
public final class OrchestratorMeters {
  private final MeterRegistry registry;
  private final Counter accepted;
  private final Counter rejected;
  private final Map<WorkflowState, Timer> durations = new EnumMap<>(WorkflowState.class);
  private final Map<Attempt, Timer> attempts = new ConcurrentHashMap<>();
  private final MultiGauge breakers;
  private final MultiGauge candidates;
  private final @Nullable FeedRing<Ack> acks;

  private record Attempt(String step, StepOutcome outcome) {}

  /// @param acks where ends are told while measuring; null otherwise
  public OrchestratorMeters(MeterRegistry registry, @Nullable FeedRing<Ack> acks) {
    this.registry = registry;
    this.acks = acks;
    this.breakers = MultiGauge.builder("nodebridge.breaker.state").register(registry);
    this.candidates = MultiGauge.builder("nodebridge.route.candidates").register(registry);
    this.accepted = Counter.builder("nodebridge.workflow.accepted").register(registry);
    this.rejected = Counter.builder("nodebridge.workflow.rejected").register(registry);
    for (WorkflowState state : WorkflowState.values()) {
      if (state.terminal()) {
        durations.put(
            state,
            Meters.latency("nodebridge.workflow.duration")
                .tag("state", state.name())
                .register(registry));
      }
    }
  }

  /// Watches how many workflows run.
  void watchInFlight(LongSupplier workflows) {
    watch("nodebridge.workflow.in.flight", workflows);
  }

  /// Watches how many requests wait to be run.
  void watchBacklog(LongSupplier records) {
    watch("nodebridge.workflow.backlog.records", records);
  }

  /// Watches how many partitions wait for a person.
  void watchHalted(LongSupplier partitions) {
    watch("nodebridge.workflow.halted.partitions", partitions);
  }

  /// Watches how much waits for the log's acknowledgement.
  public void watchUnacknowledged(LongSupplier bytes) {
    watch("nodebridge.intake.unacknowledged.bytes", bytes);
  }

  // With a strong reference: nobody else keeps the supplier.
  private void watch(String name, LongSupplier value) {
    Gauge.builder(name, value, LongSupplier::getAsLong).strongReference(true).register(registry);
  }

  public void accepted() {
    accepted.increment();
  }

  public void rejected() {
    rejected.increment();
  }

  /// Shows the instances that are in the table now, and no others.
  void show(RoutingTable table) {
    breakers.register(
        table.instances().stream()
            .map(
                instance ->
                    MultiGauge.Row.of(
                        Tags.of("instance", instance.id()), instance, Instance::breakerState))
            .toList(),
        true);
    candidates.register(
        table.counts().entrySet().stream()
            .map(
                count -> MultiGauge.Row.of(Tags.of("capability", count.getKey()), count.getValue()))
            .toList(),
        true);
  }

  /// An attempt of a step at a worker ended that began at `sinceNanos` of `System.nanoTime()`.
  public void attempted(String step, boolean answered, long sinceNanos) {
    attempts
        .computeIfAbsent(
            new Attempt(step, answered ? StepOutcome.COMPLETED : StepOutcome.FAILED), this::timer)
        .record(System.nanoTime() - sinceNanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Attempt attempt) {
    return Meters.latency("nodebridge.step.attempt")
        .tag("step", attempt.step())
        .tag("outcome", attempt.outcome().name())
        .register(registry);
  }

  /// A workflow ended in a terminal state; `sinceNanos` is the poll's `System.nanoTime()`.
  ///
  /// @param workNanos how long its workers worked, by step
  public void ended(
      UUID workflow, WorkflowState state, long sinceNanos, Supplier<Map<String, Long>> workNanos) {
    long now = System.nanoTime();
    Timer timer = durations.get(state);
    if (timer != null) {
      timer.record(now - sinceNanos, TimeUnit.NANOSECONDS);
    }
    if (acks != null) {
      acks.add(List.of(new Ack(workflow, sinceNanos, now, workNanos.get())));
    }
  }
}
