package io.nodebridge.introspection.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.introspection.http.FeedRing.Page;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeedRingTest {
  private final FeedRing<Integer> ring = new FeedRing<>(4);

  @Test
  void tellsWhatCameSince() throws InterruptedException {
    ring.add(numbers(0, 3));
    assertThat(ring.after(1, 0)).isEqualTo(new Page<>(3, 0, numbers(1, 3)));
    assertThat(ring.after(3, 0)).isEqualTo(new Page<>(3, 0, List.of()));
  }

  @Test
  void tellsHowManyTheReaderMissed() throws InterruptedException {
    ring.add(numbers(0, 10));
    assertThat(ring.after(2, 0)).isEqualTo(new Page<>(10, 4, numbers(6, 10)));
  }

  @Test
  void aReaderThatCountsFromAnEarlierProcessIsToldOfTheGap() throws InterruptedException {
    ring.add(numbers(0, 2));
    assertThat(ring.after(500, 0)).isEqualTo(new Page<>(2, 498, List.of()));
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }
}
