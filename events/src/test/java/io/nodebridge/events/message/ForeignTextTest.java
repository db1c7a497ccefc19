package io.nodebridge.events.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// What is read can be written again: no half of a surrogate pair comes in.
class ForeignTextTest {
  private static final JsonCodec<WorkflowRequest> REQUEST = JsonCodec.of(WorkflowRequest.class);
  private static final List<Function<byte[], WorkflowRequest>> READERS =
      List.of(REQUEST::decode, REQUEST::decodeForeign, REQUEST::decodeStrictly);

  @Test
  void halfASurrogatePairIsRefusedByEveryReaderWhereverItStands() {
    for (String broken :
        new String[] {
          "{\"filePath\":\"\\ud800\"}",
          "{\"filePath\":\"a\\uDC00b\"}",
          "{\"filePath\":\"\\udc00\\ud800\"}",
          "{\"filePath\":\"\\ud83d\\ud83d\\ude00\"}",
          "{\"metadata\":{\"k\":\"\\udfff\"}}",
          "{\"metadata\":{\"\\ud800\":\"v\"}}",
          "{\"metadata\":{\"\\udc00a\":\"v\"}}",
          "{\"metadata\":{\"" + "n".repeat(100) + "\\ud83d\":\"v\"}}",
          "{\"\\ud800\":1}",
          "{\"content\":{\"text\":\"" + "x".repeat(40_000) + "\\ud800\"}}"
        }) {
      refusedByAll(broken.getBytes(StandardCharsets.US_ASCII));
    }
    assertThatThrownBy(() -> REQUEST.decodeStrictly(utf8("{\"filePath\":\"a\\ud800\"}")))
        .hasMessage("filePath: must be text that UTF-8 can encode (found: a\ufffd)");
    assertThatThrownBy(
            () ->
                JsonCodec.of(StepAnswer.class)
                    .decodeForeign(utf8("{\"result\":{\"a\":[\"\\udc00\"]}}")))
        .as("a value of any kind")
        .hasMessageContaining("must be text that UTF-8 can encode");
  }

  @Test
  void halfASurrogatePairInBytesIsRefusedByEveryReader() {
    for (String json : new String[] {"{\"filePath\":\"?\"}", "{\"metadata\":{\"?\":\"v\"}}"}) {
      refusedByAll(with(json, 0xed, 0xa0, 0x80));
      refusedByAll(with(json, 0xed, 0xbf, 0xbf, 0xed, 0xa0, 0x80));
      // The same code point in a longer form than UTF-8 allows
      refusedByAll(with(json, 0xf0, 0x8d, 0xa0, 0x80));
    }
  }

  @Test
  void wholePairsAreReadHoweverTheyAreSpelled() {
    String text = "\ud83d\ude00\ud7ff\ue000";
    for (String spelled : new String[] {text, "\\ud83d\\uDE00\\ud7ff\\ue000"}) {
      for (Function<byte[], WorkflowRequest> reader : READERS) {
        assertThat(reader.apply(utf8("{\"filePath\":\"" + spelled + "\"}")).filePath())
            .isEqualTo(text);
      }
    }
    assertThat(REQUEST.decode(utf8("{\"filePath\":\"\\\\ud800\"}")).filePath())
        .as("a backslash and letters")
        .isEqualTo("\\ud800");
  }

  @Test
  void aRefusalIsCutBetweenCharactersAndCanBeEncoded() {
    InvalidMessageException cut =
        new InvalidMessageException("f", "x".repeat(99) + "\ud83d\ude00" + "y".repeat(9), "rule");
    assertThat(cut.value()).isEqualTo("x".repeat(99) + "… (110 characters)");

    InvalidMessageException half = new InvalidMessageException("a\udc00", "\ud800", "no \udfff");
    assertThat(half).hasMessage("a\ufffd: no \ufffd (found: \ufffd)");
    assertThat(half.field() + half.value() + half.rule()).isEqualTo("a\ufffd\ufffdno \ufffd");
  }

  private static void refusedByAll(byte[] json) {
    for (Function<byte[], WorkflowRequest> reader : READERS) {
      assertThatThrownBy(() -> reader.apply(json))
          .as(new String(json, StandardCharsets.US_ASCII))
          .isInstanceOf(InvalidMessageException.class)
          .hasMessageMatching("(?s).*(UTF-8|surrogate).*");
    }
  }

  // The document with these bytes in the question mark's place.
  private static byte[] with(String json, int... bytes) {
    ByteArrayOutputStream broken = new ByteArrayOutputStream();
    int at = json.indexOf('?');
    broken.writeBytes(utf8(json.substring(0, at)));
    for (int each : bytes) {
      broken.write(each);
    }
    broken.writeBytes(utf8(json.substring(at + 1)));
    return broken.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
