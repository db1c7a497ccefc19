package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.UUID;

/// What `GET /internal/commits?after=n` answers while measuring: the terminal events that were
/// committed since.
///
/// @param next the `after` of the next call
/// @param lost how many the bounded ring had already dropped; above 0 the run is void
@Json
public record CommitPage(long next, long lost, List<Commit> commits) {

  public CommitPage {
    commits = List.copyOf(commits);
  }

  /// One committed workflow and the moments of its hops, the commit's return last
  /// (`System.nanoTime()` of this host).
  @Json
  public record Commit(UUID workflowId, List<Long> nanos) {

    public Commit {
      nanos = List.copyOf(nanos);
    }
  }
}
