package io.nodebridge.orchestrator.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.message.Endpoints;
import io.nodebridge.events.message.NodeState;
import io.nodebridge.events.message.NodeStatus;
import io.nodebridge.events.message.NodeType;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
  private static final String HASH = "content.hash";
  private static final URI STATIC = URI.create("http://elsewhere:8083");

  private final RoutingTable table = tableWith(Map.of());

  @Test
  void onlyTheLivingWithAnAddressAreChosen() {
    table.apply(
        List.of(
            verdict("a", 1, NodeStatus.ALIVE, "http://a:1", HASH),
            verdict("b", 1, NodeStatus.SUSPECT, "http://b:1", HASH),
            verdict("c", 1, NodeStatus.DEAD, "http://c:1", HASH),
            verdict("d", 1, NodeStatus.LEFT, "http://d:1", HASH),
            verdict("e", 1, NodeStatus.ALIVE, null, HASH),
            verdict("f", 1, NodeStatus.ALIVE, "a b", HASH),
            verdict("g", 1, NodeStatus.ALIVE, "http://g:1", "content.insight")));
    assertThat(chosen(table, 100)).containsOnlyKeys("a");
    assertThat(table.counts()).isEqualTo(Map.of(HASH, 1, "content.insight", 1));
  }

  @Test
  void whoIsSuspectDeadGoneOrForgottenLeavesAndIsForgottenWithItsBreaker() {
    for (NodeStatus status : List.of(NodeStatus.SUSPECT, NodeStatus.DEAD, NodeStatus.LEFT)) {
      assertThat(table.apply(List.of(alive("a")))).isTrue();
      fail("a", 5);
      assertThat(table.choose(HASH, null)).isNull();
      assertThat(table.apply(List.of(verdict("a", 1, status, "http://a:1", HASH)))).isTrue();
      assertThat(table.instances()).isEmpty();
    }
    table.apply(List.of(alive("a")));
    assertThat(chosen(table, 10)).containsOnlyKeys("a");
    assertThat(table.apply(List.of(new Verdict("a", null)))).isTrue();
    assertThat(table.choose(HASH, null)).isNull();
    assertThat(table.apply(List.of(new Verdict("a", null)))).isFalse();
  }

  @Test
  void aNewLifeReplacesTheOldOneAndAnOldOneIsNotHeard() {
    table.apply(List.of(verdict("a", 7, NodeStatus.ALIVE, "http://a:1", HASH)));
    fail("a", 5);
    table.apply(List.of(verdict("a", 8, NodeStatus.ALIVE, "http://a:2", HASH)));
    Instance second = chosen(table);
    assertThat(second.stepUrl(HASH)).hasToString("http://a:2/v1/steps/content.hash");
    assertThat(table.apply(List.of(verdict("a", 7, NodeStatus.DEAD, "http://a:1", HASH))))
        .isFalse();
    assertThat(table.instances()).containsExactly(second);
  }

  @Test
  void theSameLifeKeepsItsBreakerWhateverElseItOffers() {
    table.apply(List.of(alive("a")));
    fail("a", 5);
    assertThat(table.apply(List.of(alive("a")))).isFalse();
    table.apply(List.of(verdict("a", 1, NodeStatus.ALIVE, "http://a:1", HASH, "content.insight")));
    assertThat(table.choose(HASH, null)).isNull();
    assertThat(table.choose("content.insight", null)).isNull();
  }

  @Test
  void aStaticRouteIsTakenOnlyWhileNobodyAnnouncesTheCapability() {
    RoutingTable withRoute = tableWith(Map.of(HASH, STATIC));
    assertThat(chosen(withRoute, 10)).containsOnlyKeys("elsewhere:8083");
    withRoute.apply(List.of(alive("a")));
    assertThat(chosen(withRoute, 10)).containsOnlyKeys("a");
    withRoute.apply(List.of(verdict("a", 1, NodeStatus.DEAD, "http://a:1", HASH)));
    assertThat(chosen(withRoute, 10)).containsOnlyKeys("elsewhere:8083");
  }

  @Test
  void theLessBusyOfTwoIsTaken() {
    table.apply(List.of(alive("a"), alive("b")));
    Instance busy = chosen(table);
    assertThat(chosen(table)).isNotSameAs(busy);
    busy.ended(Outcome.ANSWERED);
    assertThat(table.choose(HASH, null)).isSameAs(busy);
  }

  @Test
  void theLoadSpreadsEvenlyOverManyAndPassesByWhoseBreakerIsOpen() {
    List<Verdict> hundred = IntStream.range(0, 100).mapToObj(i -> alive("n" + i)).toList();
    table.apply(hundred);
    fail("n7", 5);
    fail("n42", 5);
    List<Instance> calls = new ArrayList<>();
    for (int i = 0; i < 9_800; i++) {
      calls.add(table.choose(HASH, null));
    }
    assertThat(calls)
        .doesNotContainNull()
        .noneMatch(call -> call.id().equals("n7") || call.id().equals("n42"));
    assertThat(table.instances().stream().filter(n -> n.breakerState() == 0))
        .hasSize(98)
        .allSatisfy(instance -> assertThat(instance.inFlight()).isBetween(90, 110));
  }

  @Test
  void theInstanceThatFailedBeforeIsAskedAgainOnlyIfThereIsNoOther() {
    table.apply(List.of(alive("a"), alive("b"), alive("c")));
    for (int i = 0; i < 100; i++) {
      assertThat(table.choose(HASH, "a")).isNotNull().returns(false, n -> n.id().equals("a"));
    }
    fail("b", 5);
    fail("c", 5);
    assertThat(table.choose(HASH, "a")).isNotNull().returns("a", Instance::id);
  }

  @Test
  void whoeverWaitsIsServedByTheFirstThatAppears() throws Exception {
    CompletableFuture<@Nullable Instance> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return table.await(HASH, null, Duration.ofSeconds(10));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    table.apply(List.of(alive("a")));
    assertThat(waiting.get()).isNotNull().returns("a", Instance::id);
    assertThat(table.await("content.insight", null, Duration.ofMillis(1))).isNull();
  }

  private void fail(String id, int times) {
    Instance instance =
        table.instances().stream().filter(n -> n.id().equals(id)).findFirst().orElseThrow();
    for (int i = 0; i < times; i++) {
      assertThat(instance.tryBegin()).isTrue();
      instance.ended(Outcome.FAILED);
    }
  }

  private static Map<String, Integer> chosen(RoutingTable table, int times) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < times; i++) {
      Instance instance = chosen(table);
      counts.merge(instance.id(), 1, Integer::sum);
      instance.ended(Outcome.ANSWERED);
    }
    return counts;
  }

  private static Instance chosen(RoutingTable table) {
    return Objects.requireNonNull(table.choose(HASH, null), "nobody was chosen");
  }

  private static RoutingTable tableWith(Map<String, URI> routes) {
    return new RoutingTable(routes, Duration.ofSeconds(60), Clock.systemUTC());
  }

  private static Verdict alive(String id) {
    return verdict(id, 1, NodeStatus.ALIVE, "http://" + id + ":1", HASH);
  }

  private static Verdict verdict(
      String id, long incarnation, NodeStatus status, @Nullable String api, String... offers) {
    return new Verdict(
        id,
        new NodeState(
            id,
            incarnation,
            status,
            Instant.EPOCH,
            NodeType.COMPUTE,
            List.of(offers),
            new Endpoints(null, api, null)));
  }
}
