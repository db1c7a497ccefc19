package io.nodebridge.events.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestBatchTest {
  @Test
  void eachRequestIsItsOwnBytesWithoutItsKey() {
    for (String item :
        new String[] {
          "{\"content\":{\"text\":\"ü\"},\"idempotencyKey\":\"k\"}",
          "{\"idempotencyKey\":\"k\",\"content\":{\"text\":\"ü\"}}",
          "{\"idempotencyKey\" : \"k\" , \"content\":{\"text\":\"ü\"}}",
          "{\"content\":{\"text\":\"ü\"} , \"idempotencyKey\":\"k\"}",
        }) {
      RequestBatch.Item read = read("{\"requests\": [" + item + ", {} ]}").getFirst();
      assertThat(read.idempotencyKey()).as(item).isEqualTo("k");
      assertThat(text(read).replace(" ", "")).isEqualTo("{\"content\":{\"text\":\"ü\"}}");
      assertThat(read.broken()).isNull();
    }
    assertThat(
            text(
                read("{\"requests\":[{\"a\": 1, \"idempotencyKey\": \"\\\"\", \"b\": 2}]}").get(0)))
        .isEqualTo("{\"a\": 1, \"b\": 2}");
    assertThat(text(read("{\"requests\":[{ \"idempotencyKey\":\"k\" }]}").getFirst()))
        .isEqualTo("{  }");
  }

  @Test
  void whatIsWrongInOneIsToldOfThatOne() {
    List<RequestBatch.Item> items =
        read(
            """
            {"requests":[ 7 , "text", {"a":1,"a":2}, {"idempotencyKey":[1]},
             {"idempotencyKey":"k","idempotencyKey":"l"}, {"steps":{"idempotencyKey":"inner"}}]}
            """);
    assertThat(items).hasSize(6);
    assertThat(items.subList(0, 3).stream().map(RequestBatchTest::text))
        .containsExactly("7", "\"text\"", "{\"a\":1,\"a\":2}");
    assertThat(items.get(3).broken()).hasMessageContaining("idempotencyKey: must be text");
    assertThat(items.get(4).broken()).hasMessageContaining("given once");
    assertThat(text(items.get(5))).isEqualTo("{\"steps\":{\"idempotencyKey\":\"inner\"}}");
  }

  @Test
  void whatIsNoBatchIsRefusedAsAWhole() {
    refused("", "document");
    refused("[]", "must be an object");
    refused("{}", "requests: must have 1 to 3 items (found: none)");
    refused("{\"requests\":[]}", "must have 1 to 3 items");
    refused("{\"requests\":[1,2,3,4]}", "found: more than 3");
    refused("{\"requests\":{}}", "must be one array");
    refused("{\"requests\":[1],\"requests\":[1]}", "must be one array");
    refused("{\"requests\":[1],\"other\":1}", "other: is no field");
    refused("{\"requests\":[{\"a\":1,]}", "unreadable");
    refused("{\"requests\":[{\"a\":1}", "unreadable");
    refused("{\"requests\":[1]} x", "unreadable");
    refused("{\"requests\":[{\"a\":" + "[".repeat(2_000), "unreadable");
    byte[] wide = "{\"requests\":[{\"a\":1}]}".getBytes(StandardCharsets.UTF_16BE);
    assertThatThrownBy(() -> RequestBatch.read(wide, 3)).hasMessageContaining("UTF-8");
  }

  private static void refused(String json, String fragment) {
    assertThatThrownBy(() -> read(json, 3))
        .as(json)
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(fragment);
  }

  private static List<RequestBatch.Item> read(String json) {
    return read(json, 10);
  }

  private static List<RequestBatch.Item> read(String json, int maxItems) {
    return RequestBatch.read(json.getBytes(StandardCharsets.UTF_8), maxItems);
  }

  private static String text(RequestBatch.Item item) {
    return new String(item.document(), StandardCharsets.UTF_8);
  }
}
