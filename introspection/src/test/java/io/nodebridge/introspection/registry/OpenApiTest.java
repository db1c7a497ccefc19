package io.nodebridge.introspection.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.NodeHealth;
import io.nodebridge.events.message.NodeStatus;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.http.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The document that is served says what the code does: paths, fields, words, limits.
class OpenApiTest {
  private static final Map<String, Class<?>> RECORDS =
      Map.of(
          "Node", NodeView.class,
          "Endpoints", Endpoints.class,
          "Limits", Introspection.Limits.class,
          "Resources", Heartbeat.Resources.class,
          "Turn", Turn.class,
          "InquiryRequest", InquiryRequest.class,
          "Inquiry", Inquiries.View.class,
          "Problem", Problem.class);

  private static Object document = Map.of();

  @BeforeAll
  static void read() throws IOException {
    try (InputStream stream = RegistryApi.class.getResourceAsStream("/openapi/registry.yaml")) {
      document =
          new Load(LoadSettings.builder().build())
              .loadFromInputStream(Objects.requireNonNull(stream));
    }
  }

  @Test
  void itNamesEachPath() {
    assertThat(map("paths").keySet()).isEqualTo(Set.copyOf(RegistryApi.PATHS));
  }

  @Test
  void itNamesEachFieldOfEachDocument() {
    RECORDS.forEach(
        (schema, type) ->
            assertThat(map("components", "schemas", schema, "properties").keySet())
                .as(schema)
                .isEqualTo(
                    Set.of(
                        Arrays.stream(type.getRecordComponents())
                            .map(c -> c.getName())
                            .toArray())));
    Set<Object> schemas = new HashSet<>(RECORDS.keySet());
    schemas.addAll(Set.of("Type", "Status", "Health"));
    assertThat(map("components", "schemas").keySet()).isEqualTo(schemas);
  }

  @Test
  void itNamesTheWordsTheFiltersAndTheLimits() {
    assertThat(words("Type"))
        .isEqualTo(Arrays.stream(NodeType.values()).map(NodeType::word).toList());
    assertThat(words("Health"))
        .isEqualTo(Arrays.stream(NodeHealth.values()).map(NodeHealth::word).toList());
    assertThat(words("Status"))
        .isEqualTo(Arrays.stream(NodeStatus.values()).map(Enum::name).toList());
    List<?> parameters = (List<?>) at(document, "paths", "/v1/nodes", "get", "parameters");
    assertThat(parameters.stream().map(p -> "" + ((Map<?, ?>) p).get("name")).toList())
        .hasSameElementsAs(List.copyOf(RegistryApi.FILTERS));
    Map<?, ?> timeout = map("components", "schemas", "InquiryRequest", "properties", "timeoutMs");
    assertThat(timeout.get("default")).isEqualTo((int) InquiryRequest.DEFAULT_MILLIS);
    assertThat(timeout.get("maximum")).isEqualTo((int) InquiryRequest.MAX_MILLIS);
  }

  @Test
  void eachReferenceHasItsTarget() {
    List<String> references =
        Pattern.compile("#/([A-Za-z/]+)")
            .matcher(document.toString())
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();

    assertThat(references)
        .isNotEmpty()
        .allSatisfy(target -> assertThat(at(document, target.split("/", -1))).isNotNull());
  }

  private static Object words(String schema) {
    return at(document, "components", "schemas", schema, "enum");
  }

  private static Map<?, ?> map(String... path) {
    return (Map<?, ?>) at(document, path);
  }

  private static Object at(Object from, String... path) {
    Object found = from;
    for (String name : path) {
      found = Objects.requireNonNull(((Map<?, ?>) found).get(name), name);
    }
    return found;
  }
}
