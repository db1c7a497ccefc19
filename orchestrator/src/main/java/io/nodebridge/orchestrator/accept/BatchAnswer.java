package io.nodebridge.orchestrator.accept;

import io.avaje.jsonb.Json;
import io.nodebridge.introspection.http.Problem;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What became of each request of a batch, in their order.
@Json
record BatchAnswer(List<Answer> answers) {
  BatchAnswer {
    answers = List.copyOf(answers);
  }

  /// As the request sent alone would have been answered: 202 with the id, or a problem.
  @Json
  record Answer(int status, @Nullable UUID workflowId, @Nullable Problem problem) {
    static Answer accepted(UUID workflowId) {
      return new Answer(202, workflowId, null);
    }

    static Answer refused(Problem problem) {
      return new Answer(problem.status(), null, problem);
    }
  }
}
