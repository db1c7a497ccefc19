package io.nodebridge.reducer.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.reducer.fold.LogEntry;
import io.nodebridge.reducer.fold.PartitionState;
import io.nodebridge.reducer.store.Fence;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InboxTest {
  private final Inbox inbox = new Inbox();

  @BeforeEach
  void twoPartitionsAreHeld() {
    inbox.hold(fence(0, 7));
    inbox.hold(fence(1, 0));
    inbox.offer(List.of(polled(0, 7, 1_000), polled(0, 8, 2_000), polled(1, 0, 3_000)));
  }

  @Test
  void aBatchOnItsWayIsNotCommittedYet() throws InterruptedException {
    inbox.take(1_000);
    assertThat(inbox.uncommitted())
        .isEqualTo(new Inbox.Uncommitted(3, Map.of(0, 1_000L, 1, 3_000L)));
  }

  @Test
  void whatLiesBehindThePositionIsCommitted() throws InterruptedException {
    inbox.take(1_000);
    inbox.moved(List.of(fence(0, 8)));
    assertThat(inbox.uncommitted())
        .isEqualTo(new Inbox.Uncommitted(2, Map.of(0, 2_000L, 1, 3_000L)));
  }

  @Test
  void whatWillBeReadAgainIsCountedOnlyThen() throws InterruptedException {
    inbox.take(1_000);
    inbox.drop(List.of(0));
    inbox.hold(fence(0, 7));
    assertThat(inbox.uncommitted()).isEqualTo(new Inbox.Uncommitted(1, Map.of(1, 3_000L)));
    inbox.giveUp();
    inbox.hold(fence(1, 0));
    assertThat(inbox.uncommitted()).isEqualTo(new Inbox.Uncommitted(0, Map.of()));
  }

  private static Fence fence(int partition, long nextOffset) {
    return new Fence(partition, 1, nextOffset, PartitionState.NEW);
  }

  private static Polled polled(int partition, long offset, long appendedMillis) {
    return new Polled(
        new LogEntry.Marker(partition, offset, null),
        reason -> new LogEntry.Dead(partition, offset, null, reason, null, new byte[0], Map.of()),
        HopStamps.none(),
        10,
        appendedMillis);
  }
}
