package io.nodebridge.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.WorkflowOutcome;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.orchestrator.run.Waits.News;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WaitsTest {
  private static final UUID ID = new UUID(1, 2);
  private static final long LONG_ENOUGH = TimeUnit.SECONDS.toNanos(30);
  private static final WorkflowOutcome OUTCOME =
      new WorkflowOutcome(ID, WorkflowState.COMPLETED, null, List.of(), null, "body");

  private final Waits waits = new Waits();

  private Waits.Wait begin(UUID id) {
    return Objects.requireNonNull(waits.begin(id));
  }

  @Test
  void anEndThatComesBeforeTheWaitBeginsIsHeardByAll() throws Exception {
    try (Waits.Wait first = begin(ID);
        Waits.Wait second = begin(ID);
        Waits.Wait other = begin(new UUID(3, 4))) {
      waits.ended(OUTCOME, true);
      assertThat(first.news(0)).isEqualTo(new News.Ended(OUTCOME));
      assertThat(second.news(LONG_ENOUGH)).isEqualTo(new News.Ended(OUTCOME));
      assertThat(other.news(0)).isEqualTo(News.None.YET);
    }
  }

  @Test
  void anEndThatAnotherOwnersMayReplaceIsNotTold() throws Exception {
    try (Waits.Wait wait = begin(ID)) {
      waits.ended(OUTCOME, false);
      assertThat(wait.news(LONG_ENOUGH)).isEqualTo(News.None.SURE);
    }
  }

  @Test
  void whoeverWaitsForALostPartitionIsToldAndNoOther() throws Exception {
    int lost = Topic.REQUESTS.partitionOf(ID.toString());
    try (Waits.Wait wait = begin(ID)) {
      waits.lost((lost + 1) % Topic.REQUESTS.partitions());
      assertThat(wait.news(0)).isEqualTo(News.None.YET);
      waits.lost(lost);
      assertThat(wait.news(LONG_ENOUGH)).isEqualTo(News.None.HERE);
    }
  }

  @Test
  void thereIsRoomForSoManyAndAWaitThatIsOverLeavesItsOwn() {
    List<Waits.Wait> all = new ArrayList<>();
    Waits.Wait next = waits.begin(ID);
    while (next != null) {
      all.add(next);
      next = waits.begin(new UUID(all.size(), 0));
    }
    assertThat(all).hasSize(10_000);
    all.removeLast().close();
    assertThat(waits.begin(ID)).isNotNull();
    assertThat(waits.begin(ID)).isNull();
  }

  @Test
  void whenItClosesNobodyWaitsAnyMore() throws Exception {
    try (Waits.Wait wait = begin(ID)) {
      waits.close();
      assertThat(wait.news(LONG_ENOUGH)).isEqualTo(News.None.YET);
      assertThat(waits.begin(ID)).isNull();
    }
  }
}
