package io.nodebridge.reducer.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.message.CommitPage;
import io.nodebridge.events.message.CommitPage.Commit;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommitRingTest {
  private final CommitRing ring = new CommitRing(4);

  @Test
  void tellsWhatCameSince() throws InterruptedException {
    ring.add(commits(0, 3));
    assertThat(ring.after(1, 0)).isEqualTo(new CommitPage(3, 0, commits(1, 3)));
    assertThat(ring.after(3, 0)).isEqualTo(new CommitPage(3, 0, List.of()));
  }

  @Test
  void tellsHowManyTheReaderMissed() throws InterruptedException {
    ring.add(commits(0, 10));
    assertThat(ring.after(2, 0)).isEqualTo(new CommitPage(10, 4, commits(6, 10)));
  }

  @Test
  void aReaderThatCountsFromAnEarlierProcessIsToldOfTheGap() throws InterruptedException {
    ring.add(commits(0, 2));
    assertThat(ring.after(500, 0)).isEqualTo(new CommitPage(2, 498, List.of()));
  }

  private static List<Commit> commits(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(number -> new Commit(new UUID(0, number), List.of((long) number)))
        .toList();
  }
}
