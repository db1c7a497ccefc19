package io.nodebridge.orchestrator.own;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.WorkflowEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a new owner learns from the event log: read from where the committed offset says, up to its
/// own claim marker. Behind that marker nobody else's events mean anything.
///
/// Of the workflows that have ended, the latest are kept, as many as are remembered anyway: what is
/// unfinished is bounded by how far a partition may run ahead, but after a lost offset the reading
/// begins at the log's start.
public final class Takeover {
  private final long firstRequest;
  private final long eventsFrom;
  private final @Nullable Claim inForce;
  private final Map<UUID, Logged> unfinished = new HashMap<>();
  private final Memory ended;
  private final Set<Long> rejected = new HashSet<>();
  private @Nullable Claim highest;
  private long highestRequest = -1;

  /// What the log says of a workflow that has not ended.
  ///
  /// @param definitionHash of the definition that it began with; null if its beginning was not read
  record Logged(
      String bodyHash,
      String definition,
      int definitionVersion,
      @Nullable String definitionHash,
      Instant begunAt,
      List<StepRun> runs,
      int sequence) {}

  /// @param inForce the highest claim before the reading begins; null if there is none
  /// @param firstRequest the committed offset
  /// @param eventsFrom where the reading begins
  /// @param memory how many ended workflows are kept
  Takeover(@Nullable Claim inForce, long firstRequest, long eventsFrom, int memory) {
    this.ended = new Memory(memory);
    this.inForce = inForce;
    this.highest = inForce;
    this.firstRequest = firstRequest;
    this.eventsFrom = eventsFrom;
  }

  long eventsFrom() {
    return eventsFrom;
  }

  @Nullable Claim inForce() {
    return inForce;
  }

  /// The highest request of which there is an event.
  long highestRequest() {
    return highestRequest;
  }

  /// The highest claim so far.
  public @Nullable Claim highest() {
    return highest;
  }

  /// What the log says of a workflow that has not ended; null if it says nothing.
  @Nullable Logged unfinished(UUID workflowId) {
    return unfinished.get(workflowId);
  }

  /// A workflow goes on and is known by its run from now on.
  void taken(UUID workflowId) {
    unfinished.remove(workflowId);
  }

  /// The workflows that have ended.
  Memory ended() {
    return ended;
  }

  boolean rejected(long requestOffset) {
    return rejected.contains(requestOffset);
  }

  /// A claim marker; a lower one than the highest means nothing.
  public void marker(Claim claim) {
    if (highest == null || claim.compareTo(highest) > 0) {
      highest = claim;
    }
  }

  /// A request was passed on as one that can never be run.
  public void rejection(@Nullable Claim claim, long requestOffset) {
    if (counts(claim)) {
      rejected.add(requestOffset);
      highestRequest = Math.max(highestRequest, requestOffset);
    }
  }

  /// An event of a workflow.
  ///
  /// @param requestOffset null if the event does not say: then it is none of ours
  public void event(@Nullable Claim claim, @Nullable Long requestOffset, WorkflowEvent event) {
    if (!counts(claim) || requestOffset == null) {
      return;
    }
    highestRequest = Math.max(highestRequest, requestOffset);
    if (requestOffset < firstRequest && !event.state().terminal()) {
      return; // it is finished, and its other events may lie further back
    }
    Logged before = unfinished.get(event.workflowId());
    if (ended.past(event.workflowId()) != null
        || (before != null
            && (event.sequence() <= before.sequence()
                || !before.bodyHash().equals(event.bodyHash())))) {
      return; // repeated, or of another body: the first counts
    }
    if (event.state().terminal()) {
      unfinished.remove(event.workflowId());
      Stamp stamp = event.stamp();
      ended.keep(
          event.workflowId(),
          new Memory.Past(
              event.bodyHash(),
              event.state(),
              stamp == null ? null : stamp.hash(),
              event.error(),
              endOf(event)));
      return;
    }
    List<StepRun> runs = before == null ? new ArrayList<>() : before.runs();
    runs.addAll(event.steps());
    unfinished.put(
        event.workflowId(),
        before == null
            ? new Logged(
                event.bodyHash(),
                event.definition(),
                event.definitionVersion(),
                event.definitionHash(),
                event.transitions().isEmpty() ? Instant.EPOCH : event.transitions().getFirst().at(),
                runs,
                event.sequence())
            : new Logged(
                before.bodyHash(),
                before.definition(),
                before.definitionVersion(),
                before.definitionHash(),
                before.begunAt(),
                runs,
                event.sequence()));
  }

  private static long endOf(WorkflowEvent event) {
    return event.transitions().getLast().at().toEpochMilli();
  }

  private boolean counts(@Nullable Claim claim) {
    return highest == null || (claim != null && claim.compareTo(highest) >= 0);
  }
}
