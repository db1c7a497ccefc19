package io.nodebridge.introspection.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.NodeHealth;
import io.nodebridge.events.message.NodeStatus;
import io.nodebridge.events.message.NodeType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObserverTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private NodeTable table =
      NodeTable.resumed(List.of(), Deadlines.ofInterval(Duration.ofSeconds(1)));

  @Test
  void aGapOfItsOwnKillsNobody() {
    beat(0, 0, 100);
    tick(30_000);
    assertThat(count(NodeStatus.ALIVE)).isEqualTo(100);
    ticks(30_000, 32_900);
    assertThat(count(NodeStatus.ALIVE)).isEqualTo(100);
  }

  @Test
  void afterAGapSilenceIsCountedFromItsEnd() {
    beat(0, 0, 10);
    tick(30_000);
    ticks(30_000, 35_100);
    assertThat(count(NodeStatus.DEAD)).isEqualTo(10);
  }

  @Test
  void whoeverIsBehindTheLogJudgesNobody() {
    beat(0, 0, 10);
    for (int at = 0; at <= 60_000; at += 500) {
      table = table.fold(List.of(), START.plusMillis(at), true).table();
    }
    assertThat(count(NodeStatus.ALIVE)).isEqualTo(10);
  }

  @Test
  void aFifthOfACrowdDies() {
    beat(0, 0, 20);
    for (int at = 0; at <= 6_000; at += 500) {
      beat(at, 4, 20);
    }
    assertThat(count(NodeStatus.DEAD)).isEqualTo(4);
  }

  @Test
  void moreThanAFifthOfACrowdWaitForThirtySeconds() {
    beat(0, 0, 20);
    for (int at = 0; at < 33_000; at += 500) {
      beat(at, 5, 20);
    }
    assertThat(count(NodeStatus.ALIVE)).isEqualTo(20);
    for (int at = 33_000; at <= 34_000; at += 500) {
      beat(at, 5, 20);
    }
    assertThat(count(NodeStatus.DEAD)).isEqualTo(5);
  }

  @Test
  void aCrowdThatIsHeardAgainWasNeverDead() {
    beat(0, 0, 1_000);
    ticks(0, 20_000);
    beat(20_100, 0, 1_000);
    ticks(20_100, 23_000);
    assertThat(count(NodeStatus.ALIVE)).isEqualTo(1_000);
  }

  @Test
  void fewerThanTwentyAreNoCrowd() {
    beat(0, 0, 19);
    ticks(0, 5_000);
    assertThat(count(NodeStatus.DEAD)).isEqualTo(19);
  }

  @Test
  void theDeadAreForgottenAfterADay() {
    beat(0, 0, 2);
    ticks(0, 5_000);
    assertThat(count(NodeStatus.DEAD)).isEqualTo(2);
    tick(86_400_000);
    assertThat(table.rows()).hasSize(2);
    NodeTable.Step step = table.fold(List.of(), START.plusMillis(86_405_000));
    assertThat(step.forgotten()).containsExactlyInAnyOrder("node-0", "node-1");
    assertThat(step.table().rows()).isEmpty();
  }

  private void ticks(int from, int until) {
    for (int at = from; at <= until; at += 500) {
      tick(at);
    }
  }

  private void tick(int millis) {
    table = table.fold(List.of(), START.plusMillis(millis)).table();
  }

  private void beat(int millis, int from, int until) {
    List<NodeMessage> beats = new ArrayList<>();
    for (int number = from; number < until; number++) {
      beats.add(
          new NodeMessage.Beat(
              new Heartbeat(
                  "node-" + number,
                  1,
                  millis + 1,
                  NodeType.COMPUTE,
                  NodeHealth.HEALTHY,
                  1,
                  START,
                  0,
                  new Heartbeat.Resources(1, 2, 3, 4, false),
                  Map.of())));
    }
    table = table.fold(beats, START.plusMillis(millis)).table();
  }

  private long count(NodeStatus status) {
    return table.rows().values().stream().filter(row -> row.status() == status).count();
  }
}
