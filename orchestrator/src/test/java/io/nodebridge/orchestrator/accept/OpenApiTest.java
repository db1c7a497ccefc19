package io.nodebridge.orchestrator.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.message.Accepted;
import io.nodebridge.events.message.CancelRequest;
import io.nodebridge.events.message.Content;
import io.nodebridge.events.message.Stamp;
import io.nodebridge.events.message.StepOutcome;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.WorkflowError;
import io.nodebridge.events.message.WorkflowOutcome;
import io.nodebridge.events.message.WorkflowRequest;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.introspection.http.Parameters;
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
    try (InputStream stream = Intake.class.getResourceAsStream("/openapi/orchestrator.yaml")) {
      document =
          new Load(LoadSettings.builder().build())
              .loadFromInputStream(Objects.requireNonNull(stream));
    }
  }

  @Test
  void itNamesEachPath() {
    assertThat(map("paths").keySet()).isEqualTo(Set.copyOf(Intake.PATHS));
  }

  @Test
  void itNamesEachFieldOfEachDocument() {
    Map<String, Class<?>> records =
        Map.ofEntries(
            Map.entry("Request", WorkflowRequest.class),
            Map.entry("Content", Content.class),
            Map.entry("Accepted", Accepted.class),
            Map.entry("Outcome", WorkflowOutcome.class),
            Map.entry("Stamp", Stamp.class),
            Map.entry("StepRun", StepRun.class),
            Map.entry("Error", WorkflowError.class),
            Map.entry("BatchAnswer", BatchAnswer.class),
            Map.entry("Answer", BatchAnswer.Answer.class),
            Map.entry("Cancel", CancelRequest.class),
            Map.entry("Problem", Problem.class));
    records.forEach(
        (schema, type) ->
            assertThat(map("components", "schemas", schema, "properties").keySet())
                .as(schema)
                .isEqualTo(
                    Set.of(
                        Arrays.stream(type.getRecordComponents())
                            .map(c -> c.getName())
                            .toArray())));
    Set<Object> schemas = new HashSet<>(records.keySet());
    schemas.addAll(Set.of("State", "Batch"));
    assertThat(map("components", "schemas").keySet()).isEqualTo(schemas);
  }

  @Test
  void itNamesTheStatesAndTheLimits() {
    assertThat(at(document, "components", "schemas", "State", "enum"))
        .isEqualTo(Arrays.stream(WorkflowState.values()).map(Enum::name).toList());
    assertThat(at(document, "components", "schemas", "StepRun", "properties", "outcome", "enum"))
        .isEqualTo(Arrays.stream(StepOutcome.values()).map(Enum::name).toList());
    assertThat(at(document, "components", "schemas", "Batch", "properties", "requests", "maxItems"))
        .isEqualTo(Batches.MAX_REQUESTS);
    assertThat(document.toString()).contains(Parameters.MAX_WAIT_SECONDS + " at most");
  }

  @Test
  void eachReferenceHasItsTarget() {
    List<String> references =
        Pattern.compile("#/([A-Za-z/-]+)")
            .matcher(document.toString())
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();

    assertThat(references)
        .isNotEmpty()
        .allSatisfy(target -> assertThat(at(document, target.split("/", -1))).isNotNull());
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
