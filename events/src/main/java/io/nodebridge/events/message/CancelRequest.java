package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Asks for the end of a workflow that runs. It lies on the request topic under the workflow's id;
/// of a workflow that is unknown or over when its turn comes it asks nothing.
@Json
public record CancelRequest(UUID workflowId, @Nullable String reason) {
  // It is stored and shown.
  private static final Pattern REASON = Pattern.compile("[^\\p{Cc}\\p{Cs}]{1,500}");

  // Absent JSON fields arrive as null whatever the component says; the analyser cannot know.
  @SuppressWarnings({"NullAway", "UnnecessaryNullCheck", "ConstantValue"})
  public CancelRequest {
    if (workflowId == null) {
      throw new InvalidMessageException("workflowId", "nothing", "is required");
    }
    if (reason != null && !REASON.matcher(reason).matches()) {
      throw new InvalidMessageException(
          "reason", reason, "must be 1 to 500 characters, none of them a control character");
    }
  }
}
