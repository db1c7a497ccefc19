package io.nodebridge.events.kafka;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/// Creates what is missing and refuses what differs: a topic with another partition count would
/// send a workflow's events to another place than its request.
public final class Topics {
  private Topics() {}

  /// Creates the missing topics, checks all of them, and gives their ids.
  ///
  /// @throws IllegalStateException listing every topic whose partition count or settings differ
  public static Map<Topic, Uuid> ensure(Admin admin, Set<Topic> topics, short replicationFactor)
      throws InterruptedException {
    for (Topic topic : topics) {
      create(admin, topic, replicationFactor);
    }
    Map<String, TopicDescription> found = describe(admin, topics);
    Map<ConfigResource, Config> settings = settings(admin, topics);
    List<String> problems = new ArrayList<>();
    Map<Topic, Uuid> ids = new EnumMap<>(Topic.class);
    for (Topic topic : topics) {
      TopicDescription description = found.get(topic.topicName());
      if (description == null) {
        problems.add(topic.topicName() + ": not there after it was created");
        continue;
      }
      ids.put(topic, description.topicId());
      int partitions = description.partitions().size();
      if (partitions != topic.partitions()) {
        problems.add(
            topic.topicName()
                + ": has "
                + partitions
                + " partitions, must have "
                + topic.partitions());
      }
      Config config = settings.get(resource(topic));
      topic
          .settings()
          .forEach(
              (key, expected) -> {
                String actual = config == null ? null : config.get(key).value();
                if (!expected.equals(actual)) {
                  problems.add(
                      topic.topicName() + ": " + key + " is " + actual + ", must be " + expected);
                }
              });
    }
    if (!problems.isEmpty()) {
      throw new IllegalStateException(
          "topics are not as NodeBridge needs them (correct them, or delete them while empty):\n  "
              + String.join("\n  ", problems));
    }
    return ids;
  }

  private static void create(Admin admin, Topic topic, short replicationFactor)
      throws InterruptedException {
    NewTopic wanted = new NewTopic(topic.topicName(), topic.partitions(), replicationFactor);
    try {
      admin.createTopics(Set.of(wanted.configs(topic.settings()))).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("cannot create topic " + topic.topicName(), e.getCause());
      }
    }
  }

  // A topic just created is not known to every listener of the broker at once: ask again.
  private static Map<String, TopicDescription> describe(Admin admin, Set<Topic> topics)
      throws InterruptedException {
    Set<String> names = topics.stream().map(Topic::topicName).collect(Collectors.toSet());
    for (int attempt = 1; ; attempt++) {
      try {
        return admin.describeTopics(names).allTopicNames().get();
      } catch (ExecutionException e) {
        if (attempt == 50) {
          throw new IllegalStateException("cannot describe topics " + names, e.getCause());
        }
        Thread.sleep(100);
      }
    }
  }

  private static Map<ConfigResource, Config> settings(Admin admin, Set<Topic> topics)
      throws InterruptedException {
    try {
      return admin.describeConfigs(topics.stream().map(Topics::resource).toList()).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot read the topics' settings", e.getCause());
    }
  }

  private static ConfigResource resource(Topic topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
  }
}
