package io.nodebridge.bench.load;

import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.message.Content;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/// The request documents of one pass.
///
/// @param namespace theirs alone
/// @param insight whether they ask for it
public record Contents(String definition, String namespace, boolean insight) {
  private static final JsonCodec<WorkflowRequest> REQUEST = JsonCodec.of(WorkflowRequest.class);
  private static final int CONTENT_CHARACTERS = 560;

  /// One remote step, the hash.
  public static Contents stamping(String namespace) {
    return new Contents("stamping", namespace, false);
  }

  /// Two remote steps at once, insight and the hash.
  public static Contents stampingWithInsight(String namespace) {
    return new Contents("stamping", namespace, true);
  }

  /// No remote step.
  public static Contents local(String namespace) {
    return new Contents("local", namespace, false);
  }

  /// A request as it is sent, and the content in it.
  record Document(byte[] json, byte[] content) {
    Ledger.Sent sent(UUID id, long intendedNanos, long sentNanos, long answeredNanos) {
      return new Ledger.Sent(
          id, intendedNanos, sentNanos, answeredNanos, ContentHash.of(content), content.length);
    }
  }

  // Every content differs, so that an answer for another request cannot pass as this one's.
  Document document(long number) {
    StringBuilder text = new StringBuilder(CONTENT_CHARACTERS + 64);
    text.append(namespace).append('/').append(number).append(' ');
    while (text.length() < CONTENT_CHARACTERS) {
      text.append(Long.toString(number * 0x9e3779b97f4a7c15L + text.length(), 36));
    }
    String content = text.toString();
    WorkflowRequest request =
        new WorkflowRequest(
            definition,
            namespace,
            Content.ofText(content),
            "text/plain",
            "bench/" + number,
            Map.of(),
            insight);
    return new Document(REQUEST.encode(request), content.getBytes(StandardCharsets.UTF_8));
  }
}
