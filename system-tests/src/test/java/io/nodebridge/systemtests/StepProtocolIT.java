package io.nodebridge.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodebridge.bench.stack.Child;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.events.message.Accepted;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Workers that are not ours, as the protocol's page writes them: workflows complete by their
/// answers, and nobody has configured where they are.
class StepProtocolIT {
  private static final String PAGE = "docs/step-protocol.md";
  private static final int MOST_LINES_IN_JAVA = 15;
  private static final int MOST_LINES_ELSEWHERE = 40;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonCodec<Accepted> ACCEPTED = JsonCodec.of(Accepted.class);

  @TempDir private static Path folder;

  private static Stack stack;

  @BeforeAll
  static void start() throws Exception {
    // Not in containers: the workers run beside it on this machine.
    stack = TestStacks.shared();
  }

  @Test
  void theWorkerInJavaIsAskedAndAnswers() throws Exception {
    String program = Documented.example(PAGE, "java");
    assertThat(program.lines().count()).isLessThanOrEqualTo(MOST_LINES_IN_JAVA);
    Path file = Files.writeString(folder.resolve("Shout.java"), program);
    Path libraries =
        Documented.ROOT.resolve("workers").resolve(System.getProperty("nodebridge.out"));
    Process worker =
        Documented.started(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", stack.kafka(),
                "HTTP_PORT", "0",
                "NODEBRIDGE_NODE_ID", "shout-1"),
            Documented.JAVA,
            "-cp",
            libraries.resolve("app/lib") + "/*",
            file.toString());
    try {
      assertThat(outcomeOf("shouting"))
          .contains("\"state\":\"COMPLETED\"", "\"shouted\":\"HELLO\"", "shout-1");
    } finally {
      worker.destroy();
    }
  }

  @Test
  void theWorkerInPythonIsAskedAndAnswers() throws Exception {
    String python = Documented.pythonWithKafka();
    assumeTrue(
        python != null,
        "no python3 with confluent_kafka here (Debian: python3-confluent-kafka); not tried");
    String program = Documented.example(PAGE, "python");
    assertThat(program.lines().count()).isLessThanOrEqualTo(MOST_LINES_ELSEWHERE);
    Path file = Files.writeString(folder.resolve("worker.py"), program);
    Process worker =
        Documented.started(
            Map.of(),
            python,
            file.toString(),
            stack.kafka(),
            "reverse-1",
            "text.reverse",
            Integer.toString(Child.localUrl().getPort()));
    try {
      assertThat(outcomeOf("reversing"))
          .contains("\"state\":\"COMPLETED\"", "\"reversed\":\"olleh\"", "reverse-1");
    } finally {
      worker.destroy();
    }
  }

  private static String outcomeOf(String definition) throws IOException, InterruptedException {
    String body = "{\"definition\":\"" + definition + "\",\"content\":{\"text\":\"hello\"}}";
    HttpRequest post =
        HttpRequest.newBuilder(stack.orchestrator().resolve("/v1/workflows"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    byte[] accepted = HTTP.send(post, HttpResponse.BodyHandlers.ofByteArray()).body();
    URI read = stack.reducer().resolve("/v1/workflows/" + ACCEPTED.decode(accepted).workflowId());
    HttpRequest get = HttpRequest.newBuilder(read).header("Prefer", "wait=60").build();
    return HTTP.send(get, HttpResponse.BodyHandlers.ofString()).body();
  }
}
