package io.nodebridge.introspection.registry;

import static io.nodebridge.events.message.NodeStatus.ALIVE;
import static io.nodebridge.events.message.NodeStatus.DEAD;
import static io.nodebridge.events.message.NodeStatus.LEFT;
import static io.nodebridge.events.message.NodeStatus.SUSPECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.Heartbeat;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.NodeHealth;
import io.nodebridge.events.message.NodeState;
import io.nodebridge.events.message.NodeStatus;
import io.nodebridge.events.message.NodeType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class NodeTableTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Deadlines DEADLINES = Deadlines.ofInterval(Duration.ofSeconds(1));
  private static final String ID = "stamping-1";

  /// What is heard at which millisecond; nothing is a tick.
  private record Heard(long millis, List<NodeMessage> messages) {}

  private record Case(String name, NodeStatus expected, long sinceMillis, Heard... heard) {}

  @TestFactory
  Stream<DynamicTest> statusFollowsSilence() {
    return Stream.of(
            new Case("aBeatMakesAlive", ALIVE, 0, at(0, beat(1, 1))),
            new Case("anAnnouncementMakesAlive", ALIVE, 0, at(0, announced(1))),
            new Case("aliveJustBeforeSuspicion", ALIVE, 0, at(0, beat(1, 1)), at(2_999)),
            new Case("suspectAfterThreeSeconds", SUSPECT, 3_000, at(0, beat(1, 1)), at(3_000)),
            new Case(
                "suspectJustBeforeDeath", SUSPECT, 3_000, at(0, beat(1, 1)), at(3_000), at(4_999)),
            new Case("deadAfterFiveSeconds", DEAD, 5_000, at(0, beat(1, 1)), at(3_000), at(5_000)),
            new Case("deadAtTheTurnThatSeesIt", DEAD, 5_500, at(500, beat(1, 1)), at(9_000)),
            new Case("deathIsToldOnce", DEAD, 5_000, at(0, beat(1, 1)), at(5_000), at(60_000)),
            new Case(
                "aNewerBeatKeepsAlive",
                ALIVE,
                0,
                at(0, beat(1, 1)),
                at(2_900, beat(1, 2)),
                at(5_800)),
            new Case(
                "aNewerBeatClearsSuspicion",
                ALIVE,
                3_500,
                at(0, beat(1, 1)),
                at(3_000),
                at(3_500, beat(1, 2))),
            new Case(
                "aNewerBeatRevivesTheDead",
                ALIVE,
                7_000,
                at(0, beat(1, 1)),
                at(5_000),
                at(7_000, beat(1, 2))),
            new Case(
                "aRepeatedBeatKeepsNobodyAlive",
                SUSPECT,
                3_000,
                at(0, beat(1, 7)),
                at(2_000, beat(1, 7)),
                at(3_000)),
            new Case(
                "anOlderBeatKeepsNobodyAlive",
                SUSPECT,
                3_000,
                at(0, beat(1, 7)),
                at(2_000, beat(1, 6)),
                at(3_000)),
            new Case(
                "anOlderIncarnationKeepsNobodyAlive",
                SUSPECT,
                3_000,
                at(0, beat(2, 1)),
                at(2_000, beat(1, 99)),
                at(3_000)),
            new Case(
                "aRepeatedAnnouncementKeepsNobodyAlive",
                SUSPECT,
                3_000,
                at(0, beat(1, 1)),
                at(2_000, announced(1)),
                at(3_000)),
            new Case(
                "aNewIncarnationBeginsAnew",
                ALIVE,
                2_000,
                at(0, beat(1, 9)),
                at(2_000, beat(2, 1))),
            new Case("farewell", LEFT, 1_000, at(0, beat(1, 1)), at(1_000, left(1)), at(60_000)),
            new Case(
                "aBeatOvertakenByTheFarewellDoesNotCount",
                LEFT,
                1_000,
                at(0, beat(1, 1)),
                at(1_000, left(1)),
                at(1_001, beat(1, 2), announced(1))),
            new Case(
                "aNewIncarnationReturnsAfterTheFarewell",
                ALIVE,
                2_000,
                at(0, left(1)),
                at(2_000, beat(2, 1))),
            new Case(
                "anOlderIncarnationCannotSayGoodBye",
                ALIVE,
                0,
                at(0, beat(2, 1)),
                at(1_000, left(1))),
            new Case(
                "aFarewellAfterDeathIsBelieved",
                LEFT,
                6_000,
                at(0, beat(1, 1)),
                at(5_000),
                at(6_000, left(1))),
            new Case(
                "whatWasHeardNowCountsBeforeTheSilence",
                ALIVE,
                0,
                at(0, beat(1, 1)),
                at(900, beat(1, 2))))
        .map(row -> DynamicTest.dynamicTest(row.name(), () -> check(row)));
  }

  private static void check(Case row) {
    NodeTable table = empty();
    long turned = 0;
    for (Heard heard : row.heard()) {
      // The registry itself is never deaf here: it takes a turn each second.
      for (turned += 1_000; turned < heard.millis(); turned += 1_000) {
        table = table.fold(List.of(), START.plusMillis(turned)).table();
      }
      table = table.fold(heard.messages(), START.plusMillis(heard.millis())).table();
      turned = heard.millis();
    }
    NodeRow node = row(table);
    assertThat(node.status()).isEqualTo(row.expected());
    assertThat(node.since()).isEqualTo(START.plusMillis(row.sinceMillis()));
  }

  @Test
  void aBeatWithoutNewsChangesTheRowButNotTheVerdict() {
    NodeTable table = empty().fold(List.of(beat(1, 1)), START).table();

    NodeTable.Step step = table.fold(List.of(beat(1, 2)), START.plusMillis(1_000));

    assertThat(step.changed()).extracting(NodeRow::sequence).containsExactly(2L);
    assertThat(step.verdicts()).isEmpty();
  }

  @Test
  void aNewDescriptionIsAVerdictBecauseRoutingReadsIt() {
    NodeTable table = empty().fold(List.of(beat(1, 1)), START).table();
    assertThat(table.undescribed()).hasSize(1);

    NodeTable.Step step = table.fold(List.of(announced(1)), START.plusMillis(10));

    assertThat(step.verdicts())
        .containsExactly(
            new NodeState(
                ID,
                1,
                ALIVE,
                START,
                NodeType.COMPUTE,
                List.of("content.hash"),
                new Endpoints(null, "http://stamping:8083", null)));
    assertThat(step.table().undescribed()).isEmpty();
  }

  @Test
  void oneVerdictForManyMessagesOfOnePoll() {
    NodeTable.Step step = empty().fold(List.of(announced(1), beat(1, 1), beat(1, 2)), START);

    assertThat(step.verdicts()).hasSize(1);
    assertThat(step.changed()).extracting(NodeRow::sequence).containsExactly(2L);
  }

  @Test
  void aTickWithoutNewsChangesNothing() {
    NodeTable table = empty().fold(List.of(beat(1, 1)), START).table();

    NodeTable.Step step = table.fold(List.of(), START.plusMillis(100));

    assertThat(step.table().rows()).isEqualTo(table.rows());
    assertThat(step.changed()).isEmpty();
  }

  @Test
  void theInputTableStaysAsItWas() {
    NodeTable table = empty().fold(List.of(beat(1, 1)), START).table();

    table.fold(List.of(left(1)), START.plusMillis(100));

    assertThat(row(table).status()).isEqualTo(ALIVE);
  }

  @Test
  void silenceOfResumedRowsBeginsWithTheRegistry() {
    NodeTable before = empty().fold(List.of(beat(1, 1)), START).table();
    Instant restart = START.plusSeconds(3_600);
    NodeRow old = row(before);
    NodeRow loaded =
        new NodeRow(
            ID, 1, 1, old.type(), ALIVE, old.since(), restart, old.description(), old.beat());
    NodeTable resumed = NodeTable.resumed(List.of(loaded), DEADLINES);

    assertThat(row(resumed.fold(List.of(), restart).table()).status()).isEqualTo(ALIVE);
    for (int second = 0; second <= 5; second++) {
      resumed = resumed.fold(List.of(), restart.plusSeconds(second)).table();
    }
    assertThat(row(resumed).status()).isEqualTo(DEAD);
  }

  private static NodeTable empty() {
    return NodeTable.resumed(List.of(), DEADLINES);
  }

  private static NodeRow row(NodeTable table) {
    return Objects.requireNonNull(table.rows().get(ID));
  }

  private static Heard at(long millis, NodeMessage... messages) {
    return new Heard(millis, List.of(messages));
  }

  private static NodeMessage beat(long incarnation, long sequence) {
    return new NodeMessage.Beat(
        new Heartbeat(
            ID,
            incarnation,
            sequence,
            NodeType.COMPUTE,
            NodeHealth.HEALTHY,
            1,
            Instant.EPOCH,
            0,
            new Heartbeat.Resources(1, 2, 3, 4, false),
            Map.of()));
  }

  private static NodeMessage announced(long incarnation) {
    return new NodeMessage.Announcement(introspection(incarnation, "startup"));
  }

  private static NodeMessage left(long incarnation) {
    return new NodeMessage.Farewell(introspection(incarnation, "left"));
  }

  private static Introspection introspection(long incarnation, String reason) {
    return new Introspection(
        ID,
        incarnation,
        "stamping",
        NodeType.COMPUTE,
        "0.1.0",
        List.of("content.hash"),
        new Endpoints(null, "http://stamping:8083", null),
        "healthy",
        new Introspection.Limits(1, 64),
        null,
        null,
        null,
        0,
        reason,
        null);
  }
}
