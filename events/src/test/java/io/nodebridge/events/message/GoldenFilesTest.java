package io.nodebridge.events.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The golden files are the contract: a document that no longer reads or writes like its file is a
/// new version of the message.
class GoldenFilesTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final JsonType<Object> ANY = Jsonb.builder().build().type(Object.class);

  static final Map<String, Class<?>> MESSAGES =
      Map.ofEntries(
          Map.entry("workflow.requested", WorkflowRequest.class),
          Map.entry("workflow.cancel-requested", CancelRequest.class),
          Map.entry("workflow.started", WorkflowEvent.class),
          Map.entry("workflow.completed", WorkflowEvent.class),
          Map.entry("workflow.failed", WorkflowEvent.class),
          Map.entry("workflow.outcome", WorkflowOutcome.class),
          Map.entry("node.heartbeat", Heartbeat.class),
          Map.entry("node.introspection", Introspection.class),
          Map.entry("node.left", Introspection.class),
          Map.entry("node.request", NodeRequest.class),
          Map.entry("node.state", NodeState.class),
          Map.entry("step.call", StepCall.class),
          Map.entry("step.answer", StepAnswer.class));

  @TestFactory
  Stream<DynamicTest> eachMessageIsWrittenAsItWasRead() {
    return MESSAGES.entrySet().stream()
        .map(
            message ->
                DynamicTest.dynamicTest(
                    message.getKey(), () -> roundTrip(message.getKey(), message.getValue())));
  }

  @Test
  void everyFileIsTested() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
          .containsExactlyInAnyOrderElementsOf(MESSAGES.keySet());
    }
  }

  private static <T> void roundTrip(String name, Class<T> type) throws IOException {
    String golden = Files.readString(GOLDEN.resolve(name + ".json"));
    JsonCodec<T> codec = JsonCodec.of(type);
    T message = codec.decodeForeign(golden.getBytes(StandardCharsets.UTF_8));

    assertThat(tree(codec.encode(message)))
        .isEqualTo(tree(golden.getBytes(StandardCharsets.UTF_8)));

    String later = golden.replaceFirst("\\{", "{\"fieldOfALaterVersion\": [1, {\"a\": null}],");
    assertThat(codec.decode(later.getBytes(StandardCharsets.UTF_8)))
        .as("an unknown field is passed over")
        .isEqualTo(message);
  }

  private static Object tree(byte[] json) {
    return ANY.fromJson(json);
  }
}
