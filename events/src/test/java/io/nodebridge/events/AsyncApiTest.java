package io.nodebridge.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.CancelRequest;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.NodeRequest;
import io.nodebridge.events.message.NodeState;
import io.nodebridge.events.message.StepRun;
import io.nodebridge.events.message.WorkflowEvent;
import io.nodebridge.events.message.WorkflowRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// `asyncapi.yaml` says what the code does: topics, message types and fields.
class AsyncApiTest {
  private static Object document = Map.of();

  @BeforeAll
  static void read() throws IOException {
    document =
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(Path.of("asyncapi.yaml")));
  }

  @Test
  void eachTopicIsAChannel() {
    assertThat(map("channels").values().stream().map(channel -> at(channel, "address")))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Topic.values()).map(Topic::topicName).toList());
  }

  @Test
  void eachChannelHasItsTopicsPartitionsAndSettings() {
    for (Topic topic : Topic.values()) {
      Object kafka =
          map("channels").values().stream()
              .filter(channel -> at(channel, "address").equals(topic.topicName()))
              .map(channel -> at(channel, "bindings", "kafka"))
              .findFirst()
              .orElseThrow();
      assertThat(at(kafka, "partitions")).as(topic.topicName()).isEqualTo(topic.partitions());
      Map<String, String> settings = new HashMap<>();
      ((Map<?, ?>) at(kafka, "topicConfiguration"))
          .forEach((name, value) -> settings.put("" + name, setting(value)));
      assertThat(settings).as(topic.topicName()).isEqualTo(topic.settings());
    }
  }

  private static String setting(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(Object::toString).collect(Collectors.joining(","))
        : value.toString();
  }

  @Test
  void eachMessageTypeTravelsInExactlyOneChannel() {
    Map<String, Object> messages = map("components", "messages");
    assertThat(messages.values().stream().map(message -> at(message, "name")))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(MessageType.values()).map(MessageType::word).toList());
    List<Object> travelling =
        map("channels").values().stream()
            .flatMap(channel -> ((Map<?, ?>) at(channel, "messages")).values().stream())
            .map(reference -> at(reference, "$ref"))
            .toList();
    assertThat(travelling)
        .containsExactlyInAnyOrderElementsOf(
            messages.keySet().stream().map(name -> "#/components/messages/" + name).toList());
  }

  @Test
  void eachSchemaHasTheFieldsOfItsRecord() {
    for (Class<?> type :
        List.of(
            WorkflowRequest.class,
            CancelRequest.class,
            WorkflowEvent.class,
            Heartbeat.class,
            Introspection.class,
            NodeRequest.class,
            NodeState.class)) {
      assertThat(fields("components", "schemas", type.getSimpleName()))
          .as(type.getSimpleName())
          .isEqualTo(components(type));
    }
    assertThat(fields("components", "schemas", "WorkflowEvent", "properties", "steps", "items"))
        .isEqualTo(components(StepRun.class));
  }

  private static Set<Object> components(Class<?> type) {
    return Set.of(
        Arrays.stream(type.getRecordComponents()).map(component -> component.getName()).toArray());
  }

  private static Set<Object> fields(String... path) {
    return Set.copyOf(((Map<?, ?>) at(at(document, path), "properties")).keySet());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(String... path) {
    return (Map<String, Object>) at(document, path);
  }

  private static Object at(Object from, String... path) {
    Object found = from;
    for (String name : path) {
      found = Objects.requireNonNull(((Map<?, ?>) found).get(name), name);
    }
    return found;
  }
}
