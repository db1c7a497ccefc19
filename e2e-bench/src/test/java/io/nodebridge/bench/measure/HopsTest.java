package io.nodebridge.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nodebridge.bench.measure.Hops.Hop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HopsTest {
  private static final List<String> NAMES = List.of("out", "work", "back");

  @Test
  void theHopsAtTheMedianSumToTheMeanTotalOfThoseNearIt() {
    List<long[]> moments = requests(new Random(7), 1_000);

    List<Hop> hops = Hops.split(NAMES, moments);

    double[] totals = Hops.totals(moments);
    assertThat(hops.stream().mapToDouble(Hop::p50).sum())
        .isCloseTo(Stats.of(totals).median(), within(0.05));
  }

  @Test
  void theHopsAtTheTailSumToItsTotals() {
    List<long[]> moments = requests(new Random(7), 1_000);

    List<Hop> hops = Hops.split(NAMES, moments);

    Stats totals = Stats.of(Hops.totals(moments));
    assertThat(hops.stream().mapToDouble(Hop::p95).sum()).isCloseTo(totals.p95(), within(0.05));
    assertThat(hops.stream().mapToDouble(Hop::p99).sum()).isCloseTo(totals.p99(), within(0.05));
  }

  @Test
  void theHopsOfTheSlowestRequestSumToItsTotal() {
    List<long[]> moments = requests(new Random(7), 1_000);
    moments.get(300)[2] += 20_000_000;
    moments.get(300)[3] += 20_000_000;

    List<Hop> hops = Hops.split(NAMES, moments);

    assertThat(hops.stream().mapToDouble(Hop::slowest).sum())
        .isCloseTo(Stats.of(Hops.totals(moments)).max(), within(1e-9));
    assertThat(hops.get(1).slowest()).isBetween(21.0, 22.0);
  }

  @Test
  void aDelayOnOneHopIsFoundOnThatHop() {
    List<long[]> quick = requests(new Random(7), 1_000);
    List<long[]> slow = requests(new Random(7), 1_000);
    slow.forEach(
        moments -> {
          moments[2] += 5_000_000;
          moments[3] += 5_000_000;
        });

    List<Hop> before = Hops.split(NAMES, quick);
    List<Hop> after = Hops.split(NAMES, slow);

    assertThat(after.get(0)).isEqualTo(before.get(0));
    assertThat(after.get(1).p50() - before.get(1).p50()).isCloseTo(5, within(1e-6));
    assertThat(after.get(2)).isEqualTo(before.get(2));
  }

  @Test
  void timeThatRunsBackwardsIsSeen() {
    assertThat(Hops.inOrder(new long[] {1, 2, 2, 3})).isTrue();
    assertThat(Hops.inOrder(new long[] {1, 3, 2, 4})).isFalse();
  }

  private static List<long[]> requests(Random random, int count) {
    List<long[]> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long[] moments = new long[NAMES.size() + 1];
      for (int hop = 1; hop < moments.length; hop++) {
        moments[hop] = moments[hop - 1] + 1_000_000 + random.nextLong(1_000_000);
      }
      requests.add(moments);
    }
    return requests;
  }
}
