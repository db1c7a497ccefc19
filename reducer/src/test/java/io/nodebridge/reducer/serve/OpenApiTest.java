package io.nodebridge.reducer.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.Transition;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowState;
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

/// The document that is served says what the code does: paths, fields, states, limits.
class OpenApiTest {
  private static Object document = Map.of();

  @BeforeAll
  static void read() throws IOException {
    try (InputStream stream = ReadApi.class.getResourceAsStream("/openapi/reducer.yaml")) {
      document =
          new Load(LoadSettings.builder().build())
              .loadFromInputStream(Objects.requireNonNull(stream));
    }
  }

  @Test
  void itNamesEachPath() {
    assertThat(map("paths").keySet()).isEqualTo(Set.copyOf(ReadApi.PATHS));
  }

  @Test
  void itNamesEachFieldOfEachAnswer() {
    Map<String, Class<?>> records =
        Map.of(
            "Workflow", WorkflowView.class,
            "WorkflowPage", WorkflowPage.class,
            "Transition", Transition.class,
            "StepRun", StepRun.class,
            "Stamp", Stamp.class,
            "Error", WorkflowError.class,
            "Namespace", NamespaceView.class,
            "Window", WindowView.class,
            "LateEvent", LateEventView.class,
            "DeadLetter", DeadLetterView.class);
    records.forEach((schema, type) -> assertFields(schema, type));
    assertFields("Problem", Problem.class);
    Set<Object> schemas = new HashSet<>(records.keySet());
    schemas.addAll(Set.of("Problem", "State"));
    assertThat(map("components", "schemas").keySet()).isEqualTo(schemas);
  }

  @Test
  void itNamesTheStatesAndTheLimits() {
    assertThat(at(document, "components", "schemas", "State", "enum"))
        .isEqualTo(Arrays.stream(WorkflowState.values()).map(Enum::name).toList());
    Map<?, ?> limit = map("components", "parameters", "limit", "schema");
    assertThat(limit.get("maximum")).isEqualTo(WorkflowQuery.MAX_LIMIT);
    assertThat(limit.get("default")).isEqualTo(WorkflowQuery.DEFAULT_LIMIT);
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

  private static void assertFields(String schema, Class<?> type) {
    assertThat(map("components", "schemas", schema, "properties").keySet())
        .as(schema)
        .isEqualTo(
            Set.of(Arrays.stream(type.getRecordComponents()).map(c -> c.getName()).toArray()));
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
