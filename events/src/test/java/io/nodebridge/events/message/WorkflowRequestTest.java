package io.nodebridge.events.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WorkflowRequestTest {
  private static final JsonCodec<WorkflowRequest> REQUEST = JsonCodec.of(WorkflowRequest.class);

  @Test
  void absentFieldsTakeTheirDefaults() {
    WorkflowRequest request = read("{\"content\":{\"text\":\"hello\"}}");
    assertThat(request.definition()).isEqualTo("stamping");
    assertThat(request.namespace()).isEqualTo("default");
    assertThat(request.metadata()).isEmpty();
    assertThat(request.checkedContent(5)).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void textAndBase64OfTheSameBytesAreTheSameContent() {
    assertThat(read("{\"content\":{\"base64\":\"aGVsbG8=\"}}").checkedContent(5))
        .isEqualTo(read("{\"content\":{\"text\":\"hello\"}}").checkedContent(5));
  }

  @Test
  void eachBrokenRuleNamesTheField() {
    refused("{\"namespace\":\"Bad One\",\"content\":{\"text\":\"x\"}}", "namespace");
    refused("{\"definition\":\"a b\",\"content\":{\"text\":\"x\"}}", "definition");
    refused("{\"contentType\":\"a\\u0000b\",\"content\":{\"text\":\"x\"}}", "contentType");
    refused("{\"contentType\":\"\",\"content\":{\"text\":\"x\"}}", "contentType");
    refused("{}", "content");
    refused("{\"content\":{}}", "content");
    refused("{\"content\":{\"text\":\"x\",\"base64\":\"eA==\"}}", "content");
    refused("{\"content\":{\"base64\":\"?\"}}", "content.base64");
    refused("{\"content\":{\"text\":\"longer\"}}", "must not exceed 5 bytes");
  }

  @Test
  void aClientsUnknownFieldIsRefusedAndAMessagesIsIgnored() {
    byte[] json = bytes("{\"contnt\":1,\"content\":{\"text\":\"x\"}}");
    assertThat(REQUEST.decode(json).checkedContent(5)).hasSize(1);
    assertThatThrownBy(() -> REQUEST.decodeStrictly(json))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("contnt");
  }

  @Test
  void whatIsNoJsonIsRefused() {
    for (String broken : new String[] {"", "null", "[]", "{", "\"x\"", "{\"definition\":{}}"}) {
      assertThatThrownBy(() -> REQUEST.decodeStrictly(bytes(broken)))
          .as(broken)
          .isInstanceOf(InvalidMessageException.class);
    }
  }

  private static void refused(String json, String fragment) {
    assertThatThrownBy(() -> read(json).checkedContent(5))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(fragment);
  }

  private static WorkflowRequest read(String json) {
    return REQUEST.decodeStrictly(bytes(json));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
