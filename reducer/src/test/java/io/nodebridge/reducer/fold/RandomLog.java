package io.nodebridge.reducer.fold;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.events.message.WorkflowState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Logs as they must not happen, from a seed: repeats, stale events, events behind an end, markers
/// and dead records between.
public final class RandomLog {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Random random;
  private final int workflows;

  public RandomLog(long seed, int workflows) {
    this.random = new Random(seed);
    this.workflows = workflows;
  }

  /// Entries of two partitions, as a poll would give them; a workflow keeps its partition.
  public List<LogEntry> entries(int count) {
    List<LogEntry> entries = new ArrayList<>();
    long[] next = {100, 0};
    for (int i = 0; i < count; i++) {
      int workflow = random.nextInt(workflows);
      int partition = workflow % next.length;
      long offset = next[partition]++;
      entries.add(
          switch (random.nextInt(10)) {
            case 0 -> new LogEntry.Marker(partition, offset, null);
            case 1 ->
                new LogEntry.Dead(
                    partition, offset, null, "broken", null, new byte[] {0}, Map.of());
            case 2 -> rejection(partition, offset, random.nextInt(8), null);
            default -> fact(partition, offset, workflow, 1 + random.nextInt(6));
          });
    }
    return entries;
  }

  /// A request that is rejected, at its place in its own topic.
  static LogEntry.Rejection rejection(
      int partition, long offset, long requestOffset, @Nullable Claim claim) {
    return new LogEntry.Rejection(
        claim,
        new LogEntry.Dead(
            partition,
            offset,
            new LogEntry.Origin(new UUID(9, 9), requestOffset),
            "rejected",
            null,
            new byte[] {1},
            Map.of()));
  }

  private LogEntry.Fact fact(int partition, long offset, int workflow, int sequence) {
    WorkflowState state =
        switch (random.nextInt(4)) {
          case 0 -> WorkflowState.COMPLETED;
          case 1 -> WorkflowState.FAILED;
          default -> WorkflowState.PROCESSING;
        };
    // A second of event time an event; some come much too late, some from a clock that is ahead.
    Instant at =
        START.plusSeconds(offset).plusSeconds(random.nextInt(8) == 0 ? random.nextInt(-60, 60) : 0);
    return event(partition, offset, at, new UUID(7, workflow), sequence, state);
  }

  /// An event whose every field tells of its place in the log.
  public static LogEntry.Fact event(
      int partition, long offset, UUID workflowId, int sequence, WorkflowState state) {
    return event(partition, offset, START.plusSeconds(offset), workflowId, sequence, state);
  }

  static LogEntry.Fact event(
      int partition, long offset, Instant at, UUID workflowId, int sequence, WorkflowState state) {
    return new LogEntry.Fact(
        partition,
        offset,
        at,
        offset,
        null,
        new WorkflowEvent(
            workflowId,
            sequence,
            "space-" + offset % 3,
            "stamping",
            1,
            null,
            List.of(new Transition(WorkflowState.PROCESSING, state, at)),
            List.of(
                new StepRun(
                    "step-" + offset, 1, StepOutcome.COMPLETED, at, offset, null, Map.of())),
            state == WorkflowState.COMPLETED
                ? new Stamp(new UUID(8, offset), "hash-" + offset, Stamp.METADATA_VERSION)
                : null,
            offset,
            "text/plain",
            1_000 + offset,
            offset % 13 == 9 ? "another body" : "body",
            null));
  }
}
