package io.nodebridge.bench.load;

import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.message.Accepted;
import io.nodebridge.events.message.Content;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Posts workflows over kept-alive connections and enters what was accepted into a ledger.
public final class WorkflowClient implements AutoCloseable {
  private static final JsonCodec<WorkflowRequest> REQUEST = JsonCodec.of(WorkflowRequest.class);
  private static final JsonCodec<Accepted> ACCEPTED = JsonCodec.of(Accepted.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int CONTENT_CHARACTERS = 560;

  private final URI workflows;
  private final String namespace;
  private final Ledger ledger;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  public WorkflowClient(URI orchestrator, String namespace, Ledger ledger) {
    this.workflows = orchestrator.resolve("/v1/workflows");
    this.namespace = namespace;
    this.ledger = ledger;
  }

  /// Posts one `stamping` workflow with a content of its own.
  ///
  /// @return its id, or null if it was not accepted; the ledger has the reason
  public @Nullable UUID post(long number, long intendedNanos) throws InterruptedException {
    String text = contentOf(number);
    byte[] body =
        REQUEST.encode(
            new WorkflowRequest(
                "stamping",
                namespace,
                Content.ofText(text),
                "text/plain",
                "bench/" + number,
                Map.of(),
                false));
    HttpRequest request =
        HttpRequest.newBuilder(workflows)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    long sentNanos = System.nanoTime();
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      long answeredNanos = System.nanoTime();
      if (response.statusCode() != 202) {
        ledger.failed("status " + response.statusCode());
        return null;
      }
      UUID id = ACCEPTED.decode(response.body()).workflowId();
      byte[] content = text.getBytes(StandardCharsets.UTF_8);
      ledger.accepted(
          new Ledger.Sent(
              id,
              intendedNanos,
              sentNanos,
              answeredNanos,
              ContentHash.of(content),
              content.length));
      return id;
    } catch (IOException | InvalidMessageException e) {
      ledger.failed(e.toString());
      return null;
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  // Every content differs, so that an answer for another request cannot pass as this one's.
  private String contentOf(long number) {
    StringBuilder text = new StringBuilder(CONTENT_CHARACTERS + 64);
    text.append(namespace).append('/').append(number).append(' ');
    while (text.length() < CONTENT_CHARACTERS) {
      text.append(Long.toString(number * 0x9e3779b97f4a7c15L + text.length(), 36));
    }
    return text.toString();
  }
}
