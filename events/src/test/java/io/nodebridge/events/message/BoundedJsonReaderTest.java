package io.nodebridge.events.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BoundedJsonReaderTest {
  private static final JsonCodec<WorkflowRequest> REQUEST = JsonCodec.of(WorkflowRequest.class);

  @Test
  void aBombOfBracketsIsRefusedByEveryReader() {
    JsonCodec<StepAnswer> answer = JsonCodec.of(StepAnswer.class);
    for (int depth : new int[] {33, 30_000, 1_000_000}) {
      byte[] bomb = bytes("{\"result\":{\"a\":" + "[".repeat(depth));

      assertThatThrownBy(() -> answer.decode(bomb)).as("" + depth).hasMessageContaining("32");
      assertThatThrownBy(() -> answer.decodeForeign(bomb)).hasMessageContaining("32");
      assertThatThrownBy(() -> answer.decodeStrictly(bomb)).hasMessageContaining("32");
    }
  }

  @Test
  void anAnswerThatIsTakenMakesAnEventThatCanBeRead() {
    JsonCodec<StepAnswer> answer = JsonCodec.of(StepAnswer.class);
    JsonCodec<WorkflowEvent> event = JsonCodec.of(WorkflowEvent.class);
    for (String deepest :
        new String[] {
          "[".repeat(28) + "]".repeat(28), "[{\"b\":".repeat(14) + "0" + "}]".repeat(14)
        }) {
      byte[] taken = bytes("{\"result\":{\"a\":" + deepest + "}}");
      WorkflowEvent told = eventOf(answer.decodeForeign(taken, 2).result());
      assertThat(event.decode(event.encode(told))).isEqualTo(told);

      byte[] deeper = bytes("{\"result\":{\"a\":[" + deepest + "]}}");
      assertThatThrownBy(() -> answer.decodeForeign(deeper, 2))
          .isInstanceOf(InvalidMessageException.class)
          .hasMessageContaining("must not be nested deeper than 30 levels");
      assertThat(answer.decodeForeign(deeper).result()).as("not to be nested").hasSize(1);
    }
  }

  @Test
  void bracketsInAStringAreNoDepth() {
    String text = "[{\\\"".repeat(1_000);

    assertThat(read("{\"content\":{\"text\":\"" + text + "\"}}").content()).isNotNull();
  }

  @Test
  void whatFollowsTheDocumentIsRefused() {
    refused("{} {\"namespace\":\"other\"}", "more follows behind the document's end");
    assertThat(read("{} \n")).isNotNull();
  }

  @Test
  void aFieldThatStandsThereTwiceIsRefusedHoweverItIsSpelled() {
    refused("{\"namespace\":\"a\",\"namespace\":\"b\"}", "Duplicate Object property \"namespace\"");
    refused("{\"namespace\":\"a\",\"n\\u0061mespace\":\"b\"}", "\"namespace\"");
    refused("{\"metadata\":{\"k\":\"1\",\"k\":\"2\"}}", "\"k\"");
  }

  @Test
  void namesAndStringsHaveTheirLengths() {
    refused("{\"metadata\":{\"" + "n".repeat(257) + "\":\"v\"}}", "Name length (257)");
    assertThat(read("{\"metadata\":{\"" + "n".repeat(256) + "\":\"v\"}}").metadata()).hasSize(1);
    refused("{\"filePath\":\"" + "x".repeat(65_537) + "\"}", "filePath: must not exceed 65536");
    assertThat(read("{\"filePath\":\"" + "x".repeat(65_536) + "\"}").filePath()).hasSize(65_536);
    assertThat(
            read("{\"content\":{\"text\":\"" + "x".repeat(300_000) + "\"}}")
                .checkedContent(300_000))
        .as("the content has a limit of its own")
        .hasSize(300_000);
  }

  @Test
  void whatIsNoUtf8IsRefused() {
    byte[] broken = bytes("{\"filePath\":\"?\"}");
    broken[13] = (byte) 0xff;

    assertThatThrownBy(() -> REQUEST.decodeStrictly(broken)).hasMessageContaining("Invalid UTF-8");
    assertThatThrownBy(() -> read("{\"content\":{\"text\":\"\\ud800\"}}").checkedContent(9))
        .hasMessageContaining("text that UTF-8 can encode");
  }

  @Test
  void aValueOfAnotherKindIsRefusedByFieldValueAndRule() {
    refused("{\"intelligence\":\"yes\"}", "intelligence: must be true or false (found: yes)");
    refused("{\"intelligence\":1}", "intelligence: must be true or false (found: 1)");
    refused("{\"metadata\":{\"n\":1}}", "n: must be text (found: 1)");
    refused("{\"namespace\":[]}", "namespace: must be text (found: an array)");
  }

  @Test
  void aNumberThatItsFieldCannotHoldIsRefused() {
    JsonCodec<NodeRequest> request = JsonCodec.of(NodeRequest.class);
    for (String number : new String[] {"1.5", "1e3", "9223372036854775808", "\"7\"", "[7]"}) {
      assertThatThrownBy(() -> request.decodeForeign(bytes("{\"timeoutMs\":" + number + "}")))
          .as(number)
          .isInstanceOf(InvalidMessageException.class)
          .hasMessageContaining("timeoutMs: must be a whole number");
    }
    JsonCodec<Heartbeat.Resources> resources = JsonCodec.of(Heartbeat.Resources.class);
    assertThatThrownBy(() -> resources.decodeForeign(bytes("{\"cpuPercent\":1e999}")))
        .hasMessageContaining("cpuPercent: must be a number that a double can hold");
    assertThat(resources.decodeForeign(bytes("{\"cpuPercent\":-0.5}")).cpuPercent())
        .isEqualTo(-0.5);
  }

  @Test
  void aTimeThatNoDatabaseHoldsIsRefused() {
    JsonCodec<Transition> transition = JsonCodec.of(Transition.class);
    for (String at :
        new String[] {
          "+1000000000-12-31T23:59:59Z", "-0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z"
        }) {
      assertThatThrownBy(() -> transition.decode(bytes("{\"at\":\"" + at + "\"}")))
          .as(at)
          .isInstanceOf(InvalidMessageException.class)
          .hasMessageContaining("1970 to 9999");
    }
    assertThatThrownBy(() -> transition.decode(bytes("{\"at\":\"yesterday\"}")))
        .hasMessageContaining("\"yesterday\" is no RFC 3339 time");
  }

  @Test
  void aRefusalShowsTheBeginningOfALongValue() {
    assertThatThrownBy(
            () ->
                read("{\"namespace\":\"" + "x".repeat(60_000) + "\",\"content\":{\"text\":\"\"}}")
                    .checkedContent(9))
        .hasMessageContaining("xxx… (60000 characters)")
        .extracting(Throwable::getMessage)
        .satisfies(message -> assertThat(message).hasSizeLessThan(250));
  }

  @Test
  void aLongResultOfOursIsReadToo() {
    String hash = "x".repeat(500_000);

    assertThat(
            JsonCodec.of(StepAnswer.class)
                .decode(bytes("{\"result\":{\"hash\":\"" + hash + "\"}}"))
                .result())
        .containsEntry("hash", hash);
  }

  private static WorkflowEvent eventOf(Map<String, Object> result) {
    return new WorkflowEvent(
        new UUID(1, 1),
        1,
        "acme",
        "stamping",
        1,
        null,
        List.of(),
        List.of(new StepRun("a", 1, StepOutcome.COMPLETED, Instant.EPOCH, 1, null, result)),
        null,
        1,
        "text/plain",
        1,
        "b",
        null);
  }

  private static WorkflowRequest read(String json) {
    return REQUEST.decodeStrictly(bytes(json));
  }

  private static void refused(String json, String fragment) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(fragment);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
