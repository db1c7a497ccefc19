package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.BreakableStack;
import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.message.Accepted;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The worker that computes the hash is killed and comes back.
class WorkerAwayIT {
  private static final JsonCodec<Accepted> ACCEPTED = JsonCodec.of(Accepted.class);
  private static final String HASH = ContentHash.of("hello".getBytes(StandardCharsets.UTF_8));

  @Test
  void theWorkflowFailsWithItsReasonAndHasNoHashUntilTheWorkerIsBack() throws Exception {
    BreakableStack stack = TestStacks.shared();
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(rowOfANewWorkflow(http, stack)).contains("\"state\":\"COMPLETED\"", HASH);

      stack.kill("stamping");
      assertThat(rowOfANewWorkflow(http, stack))
          .contains("\"state\":\"FAILED\"")
          .contains("\"code\":\"worker_unreachable\"", "ConnectException")
          .contains("\"step\":\"hash\"")
          .contains("\"attempt\":3")
          .doesNotContain("\"stamp\"", "\"hash\":\"", HASH);

      // It answers over HTTP before it has announced itself, by seconds on a busy machine.
      stack.restart("stamping");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(rowOfANewWorkflow(http, stack))
                      .contains("\"state\":\"COMPLETED\"", HASH));
    }
  }

  private static String rowOfANewWorkflow(HttpClient http, BreakableStack stack)
      throws IOException, InterruptedException {
    HttpRequest post =
        HttpRequest.newBuilder(stack.orchestrator().resolve("/v1/workflows"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"content\":{\"text\":\"hello\"}}"))
            .build();
    byte[] accepted = http.send(post, HttpResponse.BodyHandlers.ofByteArray()).body();
    URI read = stack.reducer().resolve("/v1/workflows/" + ACCEPTED.decode(accepted).workflowId());
    HttpRequest get = HttpRequest.newBuilder(read).header("Prefer", "wait=20").build();
    return http.send(get, HttpResponse.BodyHandlers.ofString()).body();
  }
}
