package io.nodebridge.introspection.registry;

import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.NodeState;
import io.nodebridge.events.message.NodeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every node the registry knows, and the rules by which it judges them. Immutable; a pure fold.
///
/// ```
/// ALIVE --silent 3 s--> SUSPECT --silent 5 s--> DEAD      farewell: any --> LEFT
///   ^---------------------- newer beat --------------'    LEFT ends its incarnation
/// ```
///
/// Silence is measured from receipt to receipt by one clock, the registry's: a node with a wrong
/// clock neither dies nor lives on by it. Beats count only if their (incarnation, sequence) is
/// higher than the last that counted, so that a beat which was delivered twice or late revives
/// nobody. An announcement has no sequence: it describes, and is a sign of life only when it begins
/// a new incarnation. Beats and farewells come by different topics in any order, therefore no beat
/// of an incarnation that has said good-bye counts. When silence says nothing, see [Observer].
///
/// Who has been DEAD or LEFT for a day is forgotten; no beat from before is kept that long.
///
/// @param quietUntil before then nobody can have been silent for too long, so that nobody is judged
record NodeTable(
    Map<String, NodeRow> rows, Deadlines deadlines, Observer observer, Instant quietUntil) {

  private static final Duration FORGET_AFTER = Duration.ofDays(1);

  NodeTable {
    rows = Collections.unmodifiableMap(rows);
  }

  /// A table of rows that an earlier registry left. Their silence begins now, since nobody listened
  /// before.
  static NodeTable resumed(Collection<NodeRow> rows, Deadlines deadlines) {
    Map<String, NodeRow> byId = new HashMap<>();
    rows.forEach(row -> byId.put(row.nodeId(), row));
    return new NodeTable(byId, deadlines, Observer.FRESH, Instant.MIN);
  }

  /// A fold's outcome.
  ///
  /// @param changed rows that differ from before in anything
  /// @param turned those of them whose incarnation or status differs
  /// @param verdicts what differs from before for those who route
  /// @param forgotten ids of the rows that are gone
  record Step(
      NodeTable table,
      List<NodeRow> changed,
      List<NodeRow> turned,
      List<NodeState> verdicts,
      List<String> forgotten) {}

  /// Hears messages in order, then judges the silence of everyone else. Without messages it is a
  /// tick.
  Step fold(List<NodeMessage> messages, Instant now) {
    return fold(messages, now, false);
  }

  /// The same, told whether the registry may have missed what was said.
  Step fold(List<NodeMessage> messages, Instant now, boolean deaf) {
    Map<String, NodeRow> next = new HashMap<>(rows);
    Set<String> touched = new LinkedHashSet<>();
    for (NodeMessage message : messages) {
      switch (message) {
        case NodeMessage.Beat(Heartbeat beat) -> {
          next.compute(beat.nodeId(), (id, row) -> hear(row, beat, now));
          touched.add(beat.nodeId());
        }
        case NodeMessage.Announcement(Introspection said) -> {
          next.compute(said.nodeId(), (id, row) -> describe(row, said, now));
          touched.add(said.nodeId());
        }
        case NodeMessage.Farewell(Introspection said) -> {
          next.compute(said.nodeId(), (id, row) -> leave(row, said, now));
          touched.add(said.nodeId());
        }
      }
    }
    Observer hearing = observer.turn(now, deaf);
    if (now.isBefore(quietUntil)) {
      return step(next, touched, hearing, quietUntil, List.of());
    }
    Heard heard = listen(next, hearing, now);
    Observer weighed = hearing.weigh(heard.silent().size(), heard.listenedTo(), now);
    if (!weighed.frozen(now)) {
      heard
          .silent()
          .forEach(
              (id, silence) -> {
                next.computeIfPresent(
                    id, (_, row) -> row.judged(deadlines.verdictOn(silence), now));
                touched.add(id);
              });
    }
    return step(next, touched, weighed, heard.quietUntil(), forget(next, now));
  }

  /// The nodes that beat but were never described: their announcement was missed.
  List<NodeRow> undescribed() {
    return rows.values().stream()
        .filter(row -> row.description() == null && row.status() == NodeStatus.ALIVE)
        .toList();
  }

  /// Who was heard of lately and who was not.
  ///
  /// @param listenedTo how many should be heard
  /// @param silent for how long those of them were silent that are overdue, by id
  /// @param quietUntil nobody else can be overdue before
  private record Heard(int listenedTo, Map<String, Duration> silent, Instant quietUntil) {}

  private Heard listen(Map<String, NodeRow> next, Observer hearing, Instant now) {
    int listenedTo = 0;
    Map<String, Duration> silent = new LinkedHashMap<>();
    Duration longest = Duration.ZERO;
    for (NodeRow row : next.values()) {
      if (row.listenedTo()) {
        listenedTo++;
        Duration silence = hearing.silenceSince(row.lastReceivedAt(), now);
        longest = silence.compareTo(longest) > 0 ? silence : longest;
        if (silence.compareTo(deadlines.suspectAfter()) >= 0) {
          silent.put(row.nodeId(), silence);
        }
      }
    }
    return new Heard(listenedTo, silent, now.plus(deadlines.suspectAfter()).minus(longest));
  }

  private List<String> forget(Map<String, NodeRow> next, Instant now) {
    List<String> forgotten = new ArrayList<>();
    next.values()
        .removeIf(
            row -> {
              boolean old =
                  !row.listenedTo()
                      && Duration.between(row.since(), now).compareTo(FORGET_AFTER) >= 0;
              return old && forgotten.add(row.nodeId());
            });
    return forgotten;
  }

  private Step step(
      Map<String, NodeRow> next,
      Set<String> touched,
      Observer hearing,
      Instant quiet,
      List<String> forgotten) {
    List<NodeRow> changed = new ArrayList<>();
    List<NodeRow> turned = new ArrayList<>();
    List<NodeState> verdicts = new ArrayList<>();
    for (String id : touched) {
      NodeRow before = rows.get(id);
      NodeRow after = next.get(id);
      if (after == null || (before != null && same(before, after))) {
        continue;
      }
      changed.add(after);
      if (before == null || turns(before, after)) {
        turned.add(after);
        verdicts.add(after.verdict());
      } else if (!Objects.equals(before.description(), after.description())
          && !after.verdict().equals(before.verdict())) {
        verdicts.add(after.verdict());
      }
    }
    boolean same = changed.isEmpty() && forgotten.isEmpty();
    return new Step(
        new NodeTable(same ? rows : next, deadlines, hearing, quiet),
        List.copyOf(changed),
        List.copyOf(turned),
        List.copyOf(verdicts),
        List.copyOf(forgotten));
  }

  // The sequence first, which every beat changes.
  private static boolean same(NodeRow before, NodeRow after) {
    return before.sequence() == after.sequence() && before.equals(after);
  }

  private static boolean turns(NodeRow before, NodeRow after) {
    return before.status() != after.status() || before.incarnation() != after.incarnation();
  }

  private static NodeRow hear(@Nullable NodeRow row, Heartbeat beat, Instant now) {
    if (row == null) {
      return NodeRow.firstHeard(beat, now);
    }
    return row.outdatedBy(beat) ? row.heard(beat, now) : row;
  }

  private static NodeRow describe(@Nullable NodeRow row, Introspection said, Instant now) {
    if (row == null || said.incarnation() > row.incarnation()) {
      return NodeRow.firstHeard(said, NodeStatus.ALIVE, now);
    }
    boolean current = said.incarnation() == row.incarnation() && row.status() != NodeStatus.LEFT;
    return current ? row.described(said) : row;
  }

  private static NodeRow leave(@Nullable NodeRow row, Introspection said, Instant now) {
    if (row == null || said.incarnation() > row.incarnation()) {
      return NodeRow.firstHeard(said, NodeStatus.LEFT, now);
    }
    return said.incarnation() == row.incarnation()
        ? row.described(said).judged(NodeStatus.LEFT, now)
        : row;
  }
}
