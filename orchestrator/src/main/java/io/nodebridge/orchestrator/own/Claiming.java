package io.nodebridge.orchestrator.own;

import io.nodebridge.events.envelope.Claim;
import org.jspecify.annotations.Nullable;

/// The taking of one partition: says what to do next, and is told when it is done.
///
/// Why whoever comes late can harm nothing: before its marker is written, the group's coordinator
/// is asked to take the unchanged position under the new claim, and it refuses who is no longer a
/// member of that generation. Who is overtaken only after that writes a marker that is lower than
/// the one of the next member, who has read the claim in the committed position; and a lower marker
/// means nothing.
public final class Claiming {
  private final int generation;
  private final long first;
  private final long eventsFrom;
  private final @Nullable Commit committed;
  private final Takeover takeover;
  private Next next;
  private Next.@Nullable Claimed marked;

  /// What to do.
  public sealed interface Next {
    /// Read the event log, and tell the [#takeover] all of it: to its present end if `end` is null.
    record Read(@Nullable Long end) implements Next {}

    /// Have the group's coordinator commit this; if it refuses, the partition is somebody else's.
    record Fence(Commit commit) implements Next {}

    /// Append the claim's marker to the event log.
    record Mark(Claim claim) implements Next {}

    /// The partition is ours.
    ///
    /// @param first the first request to poll
    record Claimed(Claim claim, long first, long markerOffset) implements Next {}

    /// The partition is somebody else's, or a person has to say whose.
    record Refused(String why) implements Next {}
  }

  /// @param committed null if nothing was, or its metadata is gone
  /// @param first the committed offset, else the first request that there is
  /// @param eventsStart the first event that there is
  /// @param generation of the group, whose member we are
  /// @param memory how many ended workflows are remembered
  public Claiming(
      @Nullable Commit committed, long first, long eventsStart, int generation, int memory) {
    this.committed = committed;
    this.first = first;
    this.generation = generation;
    this.eventsFrom =
        committed == null ? eventsStart : Math.max(committed.eventsFrom(), eventsStart);
    this.takeover =
        new Takeover(committed == null ? null : committed.inForce(), first, eventsFrom, memory);
    if (committed == null) {
      next = new Next.Read(null);
    } else if (generation < committed.claim().generation()) {
      next =
          new Next.Refused(
              "it was claimed in generation %d of the group, and ours is %d"
                  .formatted(committed.claim().generation(), generation));
    } else {
      next = fence(new Claim(committed.claim().epoch(), generation));
    }
  }

  public Next next() {
    return next;
  }

  /// Where the reading begins.
  public long eventsFrom() {
    return eventsFrom;
  }

  /// What is read is told here.
  public Takeover takeover() {
    return takeover;
  }

  /// It was read as asked.
  public void read() {
    if (marked != null) {
      next =
          marked.claim().equals(takeover.highest())
              ? marked
              : new Next.Refused("%s has claimed it".formatted(takeover.highest()));
      return;
    }
    // Without a committed claim, all that was claimed until now has to rank lower.
    Claim highest = takeover.highest();
    next = fence(new Claim(highest == null ? 1 : highest.epoch() + 1, generation));
  }

  /// The coordinator has committed it.
  public void fenced() {
    if (next instanceof Next.Fence fence) {
      next = new Next.Mark(fence.commit().claim());
    }
  }

  /// The marker lies at this offset.
  public void marked(long offset) {
    if (next instanceof Next.Mark mark) {
      marked = new Next.Claimed(mark.claim(), first, offset);
      next = new Next.Read(offset + 1);
    }
  }

  private Next fence(Claim claim) {
    return new Next.Fence(
        new Commit(first, claim, eventsFrom, committed == null ? null : committed.inForce()));
  }
}
