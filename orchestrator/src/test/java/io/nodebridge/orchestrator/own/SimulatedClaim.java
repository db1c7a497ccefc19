package io.nodebridge.orchestrator.own;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.orchestrator.own.Claiming.Next;
import io.nodebridge.orchestrator.own.Simulation.Bug;
import org.jspecify.annotations.Nullable;

/// A process on its way to a partition, a step at a time; it may be overtaken between any two.
final class SimulatedClaim {
  private static final int MEMORY = 100;
  private static final Claim BEYOND = new Claim(99, 0);

  private final SimulatedLog log;
  private final Bug bug;
  private final int generation;
  private final Claiming claiming;
  private final long early;
  private long read;
  private @Nullable Claim marked;

  SimulatedClaim(SimulatedLog log, Bug bug, @Nullable Commit committed, int generation) {
    this.log = log;
    this.bug = bug;
    this.generation = generation;
    this.claiming =
        new Claiming(committed, committed == null ? 0 : committed.offset(), 0, generation, MEMORY);
    this.read = claiming.eventsFrom();
    this.early = log.end();
  }

  Next next() {
    return claiming.next();
  }

  Takeover takeover() {
    return claiming.takeover();
  }

  boolean over() {
    return next() instanceof Next.Claimed || next() instanceof Next.Refused;
  }

  /// Takes one step.
  ///
  /// @param newest the generation whose members the coordinator knows
  /// @return what was committed as a member; null if nothing was
  @Nullable Commit goOn(int newest) {
    switch (next()) {
      case Next.Read(Long end) -> {
        read(end == null ? log.end() : end);
        claiming.read();
      }
      case Next.Fence(Commit commit) -> {
        if (generation == newest || bug == Bug.ASKS_NO_COORDINATOR) {
          claiming.fenced();
          return bug == Bug.ASKS_NO_COORDINATOR ? null : commit;
        }
        return null; // and again and again, as long as it thinks that it is one
      }
      case Next.Mark(var claim) -> {
        long offset = log.end();
        if (bug != Bug.NO_MARKER) {
          log.append(new SimulatedLog.Entry(claim, null, null, null));
        }
        marked = claim;
        claiming.marked(offset);
      }
      case Next.Claimed _, Next.Refused _ -> {}
    }
    return null;
  }

  private void read(long end) {
    long until =
        switch (bug) {
          case READS_NOTHING_AT_TAKEOVER -> marked == null ? end : read;
          case STOPS_READING_EARLY -> marked == null ? end : Math.max(read, early);
          default -> end;
        };
    for (SimulatedLog.Entry entry : log.from(read, Math.min(until, log.end()))) {
      boolean other = bug == Bug.TAKEOVER_IGNORES_CLAIMS;
      if (entry.event() != null) {
        takeover().event(other ? BEYOND : entry.claim(), entry.request(), entry.event());
      } else if (entry.rejected() != null) {
        takeover().rejection(other ? BEYOND : entry.claim(), entry.rejected());
      } else {
        takeover().marker(entry.claim());
      }
    }
    read = end;
    if (marked != null) {
      takeover().marker(marked); // also where a bug has kept it from being read
    }
  }
}
