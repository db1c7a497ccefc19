package io.nodebridge.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.bench.stack.Stacks;
import io.nodebridge.events.message.Accepted;
import io.nodebridge.events.message.JsonCodec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Nobody answers where the hashing worker should be.
class WorkerAwayIT {
  private static final JsonCodec<Accepted> ACCEPTED = JsonCodec.of(Accepted.class);

  @Test
  void theWorkflowFailsWithItsReasonAndHasNoHash() throws Exception {
    // Port 1 of the loopback: refused at once.
    Map<String, String> nobody = Map.of("NODEBRIDGE_ROUTES", "content.hash=http://127.0.0.1:1");
    try (Stack stack = Stacks.start(Places.fromSystemProperties(), nobody);
        HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest post =
          HttpRequest.newBuilder(stack.orchestrator().resolve("/v1/workflows"))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString("{\"content\":{\"text\":\"hello\"}}"))
              .build();
      byte[] accepted = http.send(post, HttpResponse.BodyHandlers.ofByteArray()).body();
      URI read = stack.reducer().resolve("/v1/workflows/" + ACCEPTED.decode(accepted).workflowId());
      HttpRequest get = HttpRequest.newBuilder(read).header("Prefer", "wait=20").build();

      String row = http.send(get, HttpResponse.BodyHandlers.ofString()).body();

      assertThat(row)
          .contains("\"state\":\"FAILED\"")
          .contains("\"code\":\"worker_unreachable\"")
          .contains("\"step\":\"hash\"")
          .contains("\"attempt\":3")
          .doesNotContain("\"stamp\"")
          .doesNotContain("\"hash\":\"");
    }
  }
}
