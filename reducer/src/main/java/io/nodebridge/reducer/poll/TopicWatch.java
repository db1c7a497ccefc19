package io.nodebridge.reducer.poll;

import io.nodebridge.events.kafka.Topic;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells whether the event log is still the topic that this process began with. A topic that was
/// deleted and made again has the same name and offsets of its own: nothing of it may be taken for
/// what the position speaks of.
///
/// Used by the poll loop's thread only.
public final class TopicWatch {
  private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
  private static final long ASK_SECONDS = 5;

  private final Admin admin;
  private final UUID topicId;

  private @Nullable KafkaFuture<Uuid> asked;
  private boolean gone;

  /// @param topicId of the topic that this process began with
  public TopicWatch(Admin admin, UUID topicId) {
    this.admin = admin;
    this.topicId = topicId;
  }

  public UUID topicId() {
    return topicId;
  }

  /// Whether the last answer named another topic.
  boolean gone() {
    return gone;
  }

  /// Takes the answer to the last question, if it came, and asks again. Never waits.
  void look() {
    KafkaFuture<Uuid> last = asked;
    if (last != null && !last.isDone()) {
      return;
    }
    if (last != null) {
      judge(last);
    }
    asked = ask();
  }

  /// Asks and waits for the answer, then tells like [#gone].
  boolean goneNow() {
    asked = null;
    judge(ask());
    return gone;
  }

  private KafkaFuture<Uuid> ask() {
    return admin
        .describeTopics(List.of(Topic.EVENTS.topicName()))
        .allTopicNames()
        .thenApply(topics -> topics.values().iterator().next().topicId());
  }

  // No answer, or a broker that does not know the topic yet, says nothing about its id.
  private void judge(KafkaFuture<Uuid> answer) {
    try {
      Uuid id = answer.get(ASK_SECONDS, TimeUnit.SECONDS);
      gone = !topicId.equals(new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()));
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("the topic's id is not known now", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
