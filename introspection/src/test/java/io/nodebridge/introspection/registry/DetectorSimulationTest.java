package io.nodebridge.introspection.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.NodeHealth;
import io.nodebridge.events.message.NodeStatus;
import io.nodebridge.events.message.NodeType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Random lives of nodes against the detector: their clocks jump, their beats are late, lost,
/// repeated and out of order, they die and come back, the registry is paused and restarted. Each
/// run is its seed.
class DetectorSimulationTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Deadlines DEADLINES = Deadlines.ofInterval(Duration.ofSeconds(1));
  private static final int RUNS = 10_000;
  private static final int TURN_MILLIS = 250;
  private static final int END_MILLIS = 40_000;
  private static final int LATEST_DELIVERY_MILLIS = 900;
  // Dead 5 s after the last receipt, which comes a delivery after the death; seen a turn later.
  private static final int DEATH_SEEN_MILLIS = 5_000 + LATEST_DELIVERY_MILLIS + 2 * TURN_MILLIS;

  /// A change of the detector that a run may carry: what a fault in it would be.
  private enum Plant {
    NOTHING,
    SENDERS_CLOCK,
    REPEATS_COUNT,
    NO_DEAFNESS,
    NEVER_DEAD,
    TOO_LONG_QUIET
  }

  private record Life(String id, long incarnation) {}

  private record Delivery(int atMillis, NodeMessage message) {}

  /// What went wrong in a run.
  ///
  /// @param lateTurns folds that judged nobody, where one that judges all would have
  private record Outcome(int falseDeaths, int missedDeaths, int lateTurns) {
    boolean clean() {
      return falseDeaths == 0 && missedDeaths == 0 && lateTurns == 0;
    }
  }

  @Test
  void noFalseAndNoMissedDeathInTenThousandRuns() {
    for (int seed = 0; seed < RUNS; seed++) {
      Outcome outcome = new Run(seed, Plant.NOTHING).play();
      assertThat(outcome.clean()).as("seed %d: %s", seed, outcome).isTrue();
    }
  }

  @Test
  void eachPlantedFaultIsCaught() {
    for (Plant plant : Plant.values()) {
      if (plant != Plant.NOTHING) {
        boolean caught = false;
        for (int seed = 0; seed < 200 && !caught; seed++) {
          caught = !new Run(seed, plant).play().clean();
        }
        assertThat(caught).as("%s", plant).isTrue();
      }
    }
  }

  private static final class Run {
    private final Random random;
    private final Plant plant;
    private final Map<Life, Integer> diesAt = new HashMap<>();
    private final Map<String, Integer> endsAt = new HashMap<>();
    private final List<Delivery> deliveries = new ArrayList<>();

    Run(long seed, Plant plant) {
      this.random = new Random(seed);
      this.plant = plant;
    }

    Outcome play() {
      int nodes = 2 + random.nextInt(6);
      for (int number = 0; number < nodes; number++) {
        live("node-" + number);
      }
      Collections.shuffle(deliveries, random);
      deliveries.sort((a, b) -> Integer.compare(a.atMillis(), b.atMillis()));
      return judge(nodes);
    }

    // A node beats each second; at most one beat in a row is lost. One in three dies, and the half
    // of these comes back as a newer incarnation.
    private void live(String id) {
      boolean dies = random.nextInt(3) == 0;
      int death = dies ? 3_000 + random.nextInt(15_000) : Integer.MAX_VALUE;
      int rebirth =
          dies && random.nextBoolean() ? death + 1_000 + random.nextInt(12_000) : Integer.MAX_VALUE;
      diesAt.put(new Life(id, 1), death);
      if (dies && rebirth == Integer.MAX_VALUE) {
        endsAt.put(id, death);
      }
      beats(id, 1, random.nextInt(1_000), death);
      if (rebirth != Integer.MAX_VALUE) {
        beats(id, 2, rebirth, Integer.MAX_VALUE);
      }
    }

    private void beats(String id, long incarnation, int from, int until) {
      long sequence = 0;
      boolean lost = false;
      long clockJump = 0;
      for (int at = from; at < Math.min(until, END_MILLIS); at += 1_000) {
        sequence++;
        if (random.nextInt(30) == 0) {
          clockJump = random.nextLong(-86_400_000L, 86_400_000L);
        }
        if (!lost && random.nextInt(8) == 0) {
          lost = true;
          continue;
        }
        lost = false;
        int arrives = at + random.nextInt(LATEST_DELIVERY_MILLIS);
        NodeMessage beat = beat(id, incarnation, sequence, at + clockJump);
        deliveries.add(new Delivery(arrives, beat));
        // Also the dead are repeated, long after.
        if (random.nextInt(10) == 0) {
          deliveries.add(new Delivery(arrives + random.nextInt(12_000), beat));
        }
      }
    }

    private Outcome judge(int nodes) {
      int pauseAt = random.nextInt(3) == 0 ? 4_000 + random.nextInt(20_000) : END_MILLIS;
      int pauseEnd = pauseAt + 2_500 + random.nextInt(9_000);
      boolean restarts = random.nextBoolean();
      NodeTable table = NodeTable.resumed(List.of(), DEADLINES);
      int heard = 0;
      int falseDeaths = 0;
      int lateTurns = 0;
      Map<String, Integer> seenDead = new HashMap<>();
      for (int now = 0; now <= END_MILLIS; now += TURN_MILLIS) {
        if (now >= pauseAt && now < pauseEnd) {
          continue;
        }
        Instant instant = START.plusMillis(now);
        if (now >= pauseEnd && restarts && pauseAt < END_MILLIS) {
          restarts = false;
          table = NodeTable.resumed(received(table, instant), DEADLINES);
        }
        List<NodeMessage> messages = new ArrayList<>();
        // The first poll after a pause brings nothing yet.
        int upTo = now - TURN_MILLIS < pauseEnd && now >= pauseEnd ? pauseAt : now;
        while (heard < deliveries.size() && deliveries.get(heard).atMillis() <= upTo) {
          messages.add(deliveries.get(heard++).message());
        }
        NodeTable.Step thorough = judging(table).fold(messages, instant);
        NodeTable.Step step = planted(table, messages).fold(messages, instant);
        boolean comparable = plant == Plant.NOTHING || plant == Plant.TOO_LONG_QUIET;
        lateTurns += comparable && !turns(step).equals(turns(thorough)) ? 1 : 0;
        table = step.table();
        for (NodeRow row : step.turned()) {
          if (row.status() == NodeStatus.DEAD && plant != Plant.NEVER_DEAD) {
            seenDead.put(row.nodeId(), now);
            falseDeaths += livesAt(row.nodeId(), row.incarnation(), now) ? 1 : 0;
          } else {
            seenDead.remove(row.nodeId());
          }
        }
      }
      int missed = 0;
      for (Map.Entry<String, Integer> death : endsAt.entrySet()) {
        int limit = death.getValue() + DEATH_SEEN_MILLIS;
        // A deaf registry counts the silence from when it hears again.
        boolean deafMeanwhile = pauseAt <= limit && pauseEnd > death.getValue() - 1_000;
        int allowed = deafMeanwhile ? pauseEnd + DEATH_SEEN_MILLIS : limit;
        Integer seen = seenDead.get(death.getKey());
        missed += allowed <= END_MILLIS && (seen == null || seen > allowed) ? 1 : 0;
      }
      assertThat(table.rows()).hasSizeLessThanOrEqualTo(nodes);
      return new Outcome(falseDeaths, missed, lateTurns);
    }

    private boolean livesAt(String id, long incarnation, int now) {
      return now < diesAt.getOrDefault(new Life(id, incarnation), Integer.MAX_VALUE);
    }

    private static List<NodeRow> received(NodeTable table, Instant now) {
      return table.rows().values().stream().map(row -> receivedAt(row, now)).toList();
    }

    // The same table, without the knowledge of who cannot be silent yet.
    private static NodeTable judging(NodeTable table) {
      return new NodeTable(table.rows(), DEADLINES, table.observer(), Instant.MIN);
    }

    private static Set<NodeRow> turns(NodeTable.Step step) {
      return Set.copyOf(step.turned());
    }

    private NodeTable planted(NodeTable table, List<NodeMessage> messages) {
      return switch (plant) {
        case NOTHING, NEVER_DEAD -> table;
        case TOO_LONG_QUIET ->
            new NodeTable(
                table.rows(),
                DEADLINES,
                table.observer(),
                table.rows().isEmpty() ? Instant.MIN : table.quietUntil().plusMillis(TURN_MILLIS));
        case NO_DEAFNESS -> new NodeTable(table.rows(), DEADLINES, Observer.FRESH, Instant.MIN);
        case SENDERS_CLOCK -> {
          Map<String, NodeRow> rows = new HashMap<>(table.rows());
          rows.replaceAll(
              (id, row) -> row.beat() == null ? row : receivedAt(row, row.beat().lastActivityAt()));
          yield new NodeTable(rows, DEADLINES, table.observer(), Instant.MIN);
        }
        case REPEATS_COUNT -> {
          Map<String, NodeRow> rows = new HashMap<>(table.rows());
          for (NodeMessage message : messages) {
            Heartbeat beat = ((NodeMessage.Beat) message).heartbeat();
            NodeRow row = rows.get(beat.nodeId());
            if (row != null) {
              rows.put(beat.nodeId(), forgetting(row));
            }
          }
          yield new NodeTable(rows, DEADLINES, table.observer(), Instant.MIN);
        }
      };
    }

    private static NodeRow forgetting(NodeRow row) {
      return new NodeRow(
          row.nodeId(),
          0,
          0,
          row.type(),
          row.status(),
          row.since(),
          row.lastReceivedAt(),
          row.description(),
          row.beat());
    }

    private static NodeRow receivedAt(NodeRow row, Instant at) {
      return new NodeRow(
          row.nodeId(),
          row.incarnation(),
          row.sequence(),
          row.type(),
          row.status(),
          row.since(),
          at,
          row.description(),
          row.beat());
    }

    private static NodeMessage beat(String id, long incarnation, long sequence, long sentMillis) {
      return new NodeMessage.Beat(
          new Heartbeat(
              id,
              incarnation,
              sequence,
              NodeType.COMPUTE,
              NodeHealth.HEALTHY,
              1,
              START.plusMillis(sentMillis),
              0,
              new Heartbeat.Resources(1, 2, 3, 4, false),
              Map.of()));
    }
  }
}
