package io.nodebridge.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The golden files are what `asyncapi.yaml` promises. Understands as much of JSON Schema as that
/// document uses, and refuses a word that it does not know.
class GoldenSchemaTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final JsonType<Object> ANY = Jsonb.builder().build().type(Object.class);
  // Nothing writes it yet: it comes with steps that depend on a remote one.
  private static final String NOT_WRITTEN_YET = "workflow.progressed";

  @TestFactory
  Stream<DynamicTest> eachMessagesGoldenFileConformsToItsSchema() throws IOException {
    Map<?, ?> components = map(document(), "components");
    return map(components, "messages").entrySet().stream()
        .filter(message -> !message.getKey().equals(NOT_WRITTEN_YET))
        .filter(message -> map(message.getValue(), "payload").containsKey("$ref"))
        .map(
            message ->
                DynamicTest.dynamicTest(
                    "" + message.getKey(),
                    () -> {
                      String schema =
                          ("" + map(message.getValue(), "payload").get("$ref"))
                              .replace("#/components/schemas/", "");
                      Object golden =
                          ANY.fromJson(
                              Files.readString(GOLDEN.resolve(message.getKey() + ".json")));
                      assertThat(problems(golden, map(components, "schemas").get(schema)))
                          .isEmpty();
                    }));
  }

  @Test
  void aDocumentThatDoesNotConformIsFound() throws IOException {
    Object event = map(map(document(), "components"), "schemas").get("WorkflowEvent");
    assertThat(
            problems(
                ANY.fromJson(
                    """
                    {"workflowId":"x","sequence":0,"other":1,"transitions":[],
                     "steps":[{"outcome":"LOST","attempt":1.5,"startedAt":"now"}],
                     "stamp":{"hash":"12"},"namespace":7}
                    """),
                event))
        .containsExactlyInAnyOrder(
            "$.workflowId is no uuid: x",
            "$.sequence is below 1: 0.0",
            "$.other is not in the schema",
            "$.steps[0].outcome is none of [COMPLETED, FAILED, DEGRADED, SKIPPED]: LOST",
            "$.steps[0].attempt is no integer: 1.5",
            "$.steps[0].startedAt is no date-time: now",
            "$.stamp.hash does not match [0-9a-f]{64}: 12",
            "$.namespace is no string: 7");
    Object request = map(map(document(), "components"), "schemas").get("WorkflowRequest");
    assertThat(problems(Map.of(), request)).containsExactly("$.content is missing");
  }

  private static List<String> problems(Object json, @Nullable Object schema) {
    List<String> problems = new ArrayList<>();
    check("$", json, (Map<?, ?>) schema, problems);
    return problems;
  }

  private static void check(
      String path, Object json, @Nullable Map<?, ?> schema, List<String> problems) {
    if (schema == null) {
      problems.add(path + " is not in the schema");
      return;
    }
    schema.forEach(
        (word, rule) -> {
          String problem =
              switch ("" + word) {
                case "type" -> isOf("" + rule, json) ? null : " is no " + rule + ": " + json;
                case "enum" ->
                    ((List<?>) rule).contains(json) ? null : " is none of " + rule + ": " + json;
                case "pattern" ->
                    Pattern.matches("" + rule, "" + json)
                        ? null
                        : " does not match " + rule + ": " + json;
                case "format" ->
                    hasFormat("" + rule, "" + json) ? null : " is no " + rule + ": " + json;
                case "minimum" ->
                    number(json) >= number(rule) ? null : " is below " + rule + ": " + number(json);
                case "minItems" ->
                    ((List<?>) json).size() >= number(rule) ? null : " has fewer than " + rule;
                case "required" -> {
                  ((List<?>) rule)
                      .stream()
                          .filter(name -> !((Map<?, ?>) json).containsKey(name))
                          .forEach(name -> problems.add(path + "." + name + " is missing"));
                  yield null;
                }
                case "properties" -> {
                  ((Map<?, ?>) json)
                      .forEach(
                          (name, value) ->
                              check(
                                  path + "." + name, value, mapOrNull(rule, "" + name), problems));
                  yield null;
                }
                case "additionalProperties" -> {
                  ((Map<?, ?>) json)
                      .forEach(
                          (name, value) ->
                              check(path + "." + name, value, (Map<?, ?>) rule, problems));
                  yield null;
                }
                case "items" -> {
                  for (int i = 0; i < ((List<?>) json).size(); i++) {
                    check(
                        path + "[" + i + "]", ((List<?>) json).get(i), (Map<?, ?>) rule, problems);
                  }
                  yield null;
                }
                case "default", "description" -> null;
                default -> throw new AssertionError("asyncapi.yaml uses a new word: " + word);
              };
          if (problem != null) {
            problems.add(path + problem);
          }
        });
  }

  private static boolean isOf(String type, Object json) {
    return switch (type) {
      case "object" -> json instanceof Map;
      case "array" -> json instanceof List;
      case "string" -> json instanceof String;
      case "boolean" -> json instanceof Boolean;
      case "number" -> json instanceof Number;
      case "integer" -> json instanceof Number number && number.doubleValue() % 1 == 0;
      default -> throw new AssertionError("no type of JSON: " + type);
    };
  }

  private static boolean hasFormat(String format, String text) {
    try {
      return switch (format) {
        case "uuid" -> UUID.fromString(text).toString().equals(text);
        case "date-time" -> Instant.parse(text).toString().length() <= text.length();
        default -> throw new AssertionError("no format that is known here: " + format);
      };
    } catch (IllegalArgumentException | DateTimeException e) {
      return false;
    }
  }

  private static double number(Object json) {
    return ((Number) json).doubleValue();
  }

  private static Object document() throws IOException {
    return new Load(LoadSettings.builder().build())
        .loadFromString(Files.readString(Path.of("asyncapi.yaml")));
  }

  private static Map<?, ?> map(@Nullable Object from, String name) {
    return Objects.requireNonNull(mapOrNull(Objects.requireNonNull(from), name), name);
  }

  private static @Nullable Map<?, ?> mapOrNull(Object from, String name) {
    return (Map<?, ?>) ((Map<?, ?>) from).get(name);
  }
}
