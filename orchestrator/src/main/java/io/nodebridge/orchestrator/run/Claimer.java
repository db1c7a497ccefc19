package io.nodebridge.orchestrator.run;

import io.nodebridge.events.envelope.Claim;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.orchestrator.own.Claiming;
import io.nodebridge.orchestrator.own.Claiming.Next;
import io.nodebridge.orchestrator.own.Commit;
import io.nodebridge.orchestrator.own.Takeover;
import io.nodebridge.orchestrator.run.RequestLoop.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The partitions that the group has given us and that are not claimed yet, each in its turn: one
/// that cannot be claimed does not keep the others waiting.
final class Claimer {
  private static final Logger LOG = LoggerFactory.getLogger(Claimer.class);
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(5);

  private final Consumer<String, byte[]> consumer;
  private final Claims claims;
  private final Settings settings;
  private final int memory;
  private final Clock clock;
  private final Set<Integer> unclaimed = new LinkedHashSet<>();
  private final Map<Integer, Logs> logs = new HashMap<>();
  private final Map<Integer, String> gaps = new ConcurrentHashMap<>();
  private boolean together = true;
  private @Nullable Takeover takeover;
  private long againNanos = System.nanoTime();
  private long fencedNanos = System.nanoTime();

  /// A partition that is ours now.
  ///
  /// @param fencedNanos `System.nanoTime()` before its fence was sent: a commit like any other, so
  ///   nobody else can have claimed for a session's time since
  record Won(Next.Claimed claimed, Takeover takeover, EventWriter events, long fencedNanos) {}

  /// What the broker said of a partition before it was claimed.
  ///
  /// @param position what the group has committed; null if nothing
  /// @param start the first request that there is
  /// @param end where the next request will be
  /// @param eventsStart the first event that there is
  private record Logs(
      @Nullable OffsetAndMetadata position, long start, long end, long eventsStart) {}

  /// @param memory how many ended workflows a partition remembers
  Claimer(
      Consumer<String, byte[]> consumer,
      Claims claims,
      Settings settings,
      int memory,
      Clock clock) {
    this.consumer = consumer;
    this.claims = claims;
    this.settings = settings;
    this.memory = memory;
    this.clock = clock;
  }

  /// The group has given us these.
  void add(Collection<Integer> partitions) {
    unclaimed.addAll(partitions);
    logs.clear();
    together = true;
    againNanos = System.nanoTime();
  }

  /// The group has taken this one away.
  void remove(int partition) {
    unclaimed.remove(partition);
    logs.remove(partition);
    gaps.remove(partition);
    if (Objects.equals(claims.partition(), partition)) {
      claims.giveUp();
    }
  }

  /// Whether all are claimed but those that wait for a person.
  boolean done() {
    return gaps.keySet().containsAll(unclaimed);
  }

  /// Whether [#goOn] has something to do at once.
  boolean busy() {
    return begun() || (!unclaimed.isEmpty() && System.nanoTime() - againNanos >= 0);
  }

  private boolean begun() {
    return claims.partition() != null;
  }

  /// What is missing from the log, by partition, where a person has to accept that; told from any
  /// thread.
  Map<Integer, String> gaps() {
    return gaps;
  }

  /// Goes on for a slice of time.
  ///
  /// @return a partition that is ours now, or null
  @Nullable Won goOn() throws InterruptedException {
    if (!busy()) {
      return null;
    }
    int number = begun() ? Objects.requireNonNull(claims.partition()) : unclaimed.iterator().next();
    try {
      if (!begun() && !begin(number)) {
        later(number);
        return null;
      }
      Next end = claims.goOn();
      return switch (end) {
        case null -> null;
        case Next.Claimed claimed -> {
          unclaimed.remove(number);
          yield new Won(
              claimed,
              Objects.requireNonNull(takeover),
              writer(number, claimed.claim()),
              fencedNanos);
        }
        case Next.Refused refused -> {
          LOG.atWarn()
              .addKeyValue("partition", number)
              .addKeyValue("reason", refused.why())
              .log("a partition is not claimed");
          later(number);
          yield null;
        }
        case Next.Read _, Next.Fence _, Next.Mark _ ->
            throw new IllegalStateException("not an end: " + end);
      };
    } catch (KafkaException e) {
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("partition", number)
          .log("a partition could not be claimed yet");
      later(number);
      return null;
    }
  }

  private void later(int number) {
    claims.giveUp();
    unclaimed.remove(number);
    unclaimed.add(number);
    againNanos = System.nanoTime() + AGAIN_NANOS / unclaimed.size();
  }

  // False: there is a gap.
  private boolean begin(int number) {
    TopicPartition partition = requests(number);
    if (!logs.containsKey(number)) {
      ask(number);
    }
    // Used once: who tries again asks again.
    Logs told = Objects.requireNonNull(logs.remove(number));
    OffsetAndMetadata position = told.position();
    if (position != null && (position.offset() < told.start() || position.offset() > told.end())) {
      String gap =
          "request %d comes next, and the log holds %d to %d"
              .formatted(position.offset(), told.start(), told.end());
      if (gaps.put(number, gap) == null) {
        LOG.atError()
            .addKeyValue("partition", number)
            .addKeyValue("reason", gap)
            .log("the partition is halted until a person accepts what is missing");
      }
      return false;
    }
    gaps.remove(number);
    Claiming claiming =
        new Claiming(
            position == null ? null : Commit.read(position.offset(), position.metadata()),
            position == null ? told.start() : position.offset(),
            told.eventsStart(),
            consumer.groupMetadata().generationId(),
            memory);
    takeover = claiming.takeover();
    claims.begin(
        number,
        claiming,
        claim -> writer(number, claim),
        commit -> {
          fencedNanos = System.nanoTime();
          consumer.commitSync(
              Map.of(partition, new OffsetAndMetadata(commit.offset(), commit.metadata())),
              ASK_TIMEOUT);
        });
    return true;
  }

  // About all at once, until one of them cannot be told: then about each in its turn. An answer
  // holds while its partition waits: nobody else commits its position before the group has taken it
  // away, and a log that is cut meanwhile is found out when it is read.
  private void ask(int first) {
    Set<Integer> about = together ? Set.copyOf(unclaimed) : Set.of(first);
    // Until it is answered.
    together = false;
    Set<TopicPartition> requests = new HashSet<>();
    Set<TopicPartition> both = new HashSet<>();
    for (int number : about) {
      requests.add(requests(number));
      both.add(requests(number));
      both.add(events(number));
    }
    Map<TopicPartition, OffsetAndMetadata> positions = consumer.committed(requests, ASK_TIMEOUT);
    Map<TopicPartition, Long> starts = claims.starts(both);
    Map<TopicPartition, Long> ends = claims.ends(requests);
    together = about.size() == unclaimed.size();
    for (int number : about) {
      TopicPartition partition = requests(number);
      logs.put(
          number,
          new Logs(
              positions.get(partition),
              starts.getOrDefault(partition, 0L),
              ends.getOrDefault(partition, 0L),
              starts.getOrDefault(events(number), 0L)));
    }
  }

  private static TopicPartition requests(int number) {
    return new TopicPartition(Topic.REQUESTS.topicName(), number);
  }

  private static TopicPartition events(int number) {
    return new TopicPartition(Topic.EVENTS.topicName(), number);
  }

  private EventWriter writer(int number, Claim claim) {
    return new EventWriter(number, claim, settings.topicId(), settings.source(), clock);
  }
}
