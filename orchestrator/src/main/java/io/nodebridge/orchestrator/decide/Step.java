package io.nodebridge.orchestrator.decide;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One step of a definition.
///
/// @param needs the steps that must have ended before it
/// @param when it is skipped unless this holds; null always holds
/// @param timeout of each attempt
public record Step(
    String name,
    Work work,
    List<String> needs,
    @Nullable Condition when,
    Duration timeout,
    int attempts,
    OnFailure onFailure) {

  public Step {
    needs = List.copyOf(needs);
  }

  /// What a step does.
  public sealed interface Work {
    /// Run by the orchestrator in its own process.
    enum BuiltIn implements Work {
      VALIDATE,
      HASH,
      STAMP
    }

    /// Called at any worker that has the capability.
    record Call(String capability) implements Work {}
  }

  /// What becomes of the workflow when the last attempt has failed.
  public enum OnFailure {
    FAIL,
    DEGRADE
  }

  public boolean remote() {
    return work instanceof Work.Call;
  }
}
