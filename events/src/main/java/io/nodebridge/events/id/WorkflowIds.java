package io.nodebridge.events.id;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.NameBasedGenerator;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;

/// Workflow and event ids. Whatever can be derived is derived, so that a repeat meets itself.
public final class WorkflowIds {
  private static final NameBasedGenerator BY_KEY =
      Generators.nameBasedGenerator(UUID.fromString("6f1d2c1e-8a55-5c0e-9f0a-6e6f64656272"));
  private static final TimeBasedEpochGenerator MINT = Generators.timeBasedEpochGenerator();

  private WorkflowIds() {}

  /// The id of a caller without key or id of his own: UUIDv7, so a blind retry is a new workflow.
  public static UUID minted() {
    return MINT.generate();
  }

  /// The id behind an `Idempotency-Key`: UUIDv5 of namespace, NUL and key.
  public static UUID ofKey(String namespace, String key) {
    return BY_KEY.generate(namespace + '\0' + key);
  }

  /// The id of a record that came without one: UUIDv5 of its place in the log.
  public static UUID ofRecord(UUID topicId, int partition, long offset) {
    return Generators.nameBasedGenerator(topicId).generate(partition + "\0" + offset);
  }

  /// The id of a workflow's event: UUIDv5 of its sequence under the workflow's id.
  public static UUID ofEvent(UUID workflowId, int sequence) {
    return Generators.nameBasedGenerator(workflowId).generate(Integer.toString(sequence));
  }

  /// The id of a workflow's stamp: the same however often the step is run again.
  public static UUID ofStamp(UUID workflowId) {
    return Generators.nameBasedGenerator(workflowId).generate("stamp");
  }
}
